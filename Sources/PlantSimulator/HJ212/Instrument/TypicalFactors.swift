/// What instruments typically show, for those that are made up on the command line.
private let typicalValues: [(codes: [String], mean: Double, swing: Double, decimals: Int)] = [
    (["w00000", "B01"], 42, 6, 2), (["w01001", "001"], 7.2, 0.2, 2), (["w01009"], 8.1, 0.5, 1),
    (["w01010"], 16, 2, 1), (["w01018", "011"], 31, 4, 1), (["w21001", "065"], 9.2, 1, 2),
    (["w21003", "060"], 1.4, 0.3, 2), (["w21011", "101"], 0.32, 0.05, 2), (["a01011", "S02"], 11.8, 0.7, 2),
    (["a01012", "S03"], 52, 2, 1), (["a19001", "S01"], 6.2, 0.4, 1), (["a21002", "03"], 38, 5, 1),
    (["a21026", "02"], 22, 3, 2), (["a34013", "01"], 4.2, 0.8, 2),
]

/// Around what `code` moves, how far, and with how many decimals it is told; 10 ± 2 when it is not known.
func typicalValue(of code: String) -> (mean: Double, swing: Double, decimals: Int) {
    guard let typical = typicalValues.first(where: { $0.codes.contains(code) }) else { return (10, 2, 2) }
    return (typical.mean, typical.swing, typical.decimals)
}

extension SimulatedFactor {
    /// `code` around its typical value; around 10 when it is not known.
    package init(typical code: String, seed: UInt64) {
        let typical = typicalValue(of: code)
        self.init(
            code, decimals: typical.decimals,
            .signal(Signal(code, seed: seed, mean: typical.mean, swing: typical.swing)))
    }
}

extension SimulatedEdition {
    /// The factors of an instrument of this edition and the system code `st`, in the edition's own codes.
    package func typicalFactors(st: String) -> [String] {
        let isAir = st == "31" || st == "22"
        return switch self {
        case .hj2005: isAir ? ["01", "02", "03"] : ["011", "060", "001"]
        case .hj2017, .hj2025: isAir ? ["a34013", "a21026", "a21002"] : ["w01018", "w21003", "w01001"]
        case .surfaceWater: ["w01010", "w01001", "w01009", "w21003"]
        case .addressed: ["w01018"]
        }
    }
}
