import Emissions
import Foundation
import Telemetry
import Testing

/// The examples of docs/calculation.md, computed with the code that makes the records.
@Suite("Worked examples of the documents")
struct WorkedExampleTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let formula: String
        let given: [String: Double]
        /// Number or words, without the unit.
        let result: String

        var testDescription: String { "\(formula) \(given)" }

        subscript(_ name: String) -> Double { given[name] ?? .nan }

        var gas: GasState {
            GasState(celsius: self["ts"], staticPascals: self["Ps"], atmosphericPascals: self["Ba"])
        }

        var standard: StandardState { StandardState(zeroKelvin: self["T0"]) }
    }

    static func examples(_ page: String) throws -> [Example] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = try String(contentsOf: folder.appending(path: "../../docs/\(page)"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, cells[1].contains("=") else { return nil }
            let given = cells[1].split(separator: " ").compactMap { pair -> (String, Double)? in
                let parts = pair.split(separator: "=")
                return parts.count == 2 ? Double(parts[1]).map { (String(parts[0]), $0) } : nil
            }
            let words = cells[2].split(separator: " ")
            let isNumber = words.first.flatMap { Double($0) } != nil && !cells[2].contains("valid")
            return Example(
                formula: cells[0], given: Dictionary(uniqueKeysWithValues: given),
                result: isNumber ? String(words[0]) : cells[2])
        }
    }

    /// What an example comes to: a number, or the words of a verdict.
    private func compute(_ example: Example) throws -> (number: Double?, words: String) {
        func number(_ value: Double) -> (Double?, String) { (value, "") }
        func verdict(_ rule: ValidityRule) -> (Double?, String) {
            (nil, rule.judge(count: Int(example["n"])).reason ?? "valid")
        }
        let x = example
        let oxygen = OxygenReference.oxygen(percent: x["O2s"])
        switch x.formula.prefix(while: { $0 != ")" && $0 != "," }) {
        case "(18":
            return number(try x.standard.standardConcentration(actualMilligramsPerCubicMetre: x["Cs"], in: x.gas))
        case "(19": return number(try Humidity(percent: x["Xsw"]).dry(wet: x["C"]))
        case "(20": return number(try MolarMass(gramsPerMole: x["M"]).milligramsPerCubicMetre(ppm: x["ppm"]))
        case "(21":
            let formula = NitrogenOxides(nitricOxideWeight: x["k"])
            return number(try formula.milligramsPerCubicMetre(nitricOxide: x["NO"], nitrogenDioxide: x["NO2"]))
        case "(27": return number(try OxygenReference.excessAir(oxygenPercent: x["O2"]))
        case "(26":
            let reference = OxygenReference.excessAir(x["as"])
            return number(try reference.converted(milligramsPerCubicMetre: x["C"], oxygenPercent: x["O2"]))
        case "(28":
            return number(try oxygen.converted(milligramsPerCubicMetre: x["C"], oxygenPercent: x["O2"]))
        case "pitot tube", "皮托管":
            return number(
                try GasVelocity.metresPerSecond(
                    dynamicPascals: x["Pd"], kilogramsPerCubicMetre: x["rho"], pitotCoefficient: x["Kp"]))
        case "(29":
            return number(
                try GasVelocity.metresPerSecond(pointMetresPerSecond: x["Vp"], fieldCoefficient: x["Kv"]))
        case "(30": return number(try GasFlow.actualCubicMetresPerHour(squareMetres: x["F"], metresPerSecond: x["V"]))
        case "(31":
            return number(
                try GasFlow.dryStandard(
                    actual: x["Q"], gas: x.gas, humidity: Humidity(percent: x["Xsw"]), standard: x.standard))
        case "(33":
            return number(try EmittedMass.kilogramsPerHour(milligramsPerCubicMetre: x["C"], cubicMetresPerHour: x["Q"]))
        case "(1": return number(try WaterFlow.cubicMetres(litresPerSecond: x["Q"], seconds: x["T"]))
        case "(8": return number(try FlowWeightedMean(milligramsPerLitre: x["C"], cubicMetres: x["D"]).kilograms)
        case "(14":
            var mean = FlowWeightedMean()
            for part in 1...4 { try mean.add(milligramsPerLitre: x["C\(part)"], cubicMetres: x["D\(part)"]) }
            return (mean.milligramsPerLitre, "")
        case "(24": return verdict(.hour)
        case "(25": return verdict(.day)
        case "rounding", "修约":
            let isUp = x.formula.hasSuffix("half up") || x.formula.hasSuffix("四舍五入")
            return number(x["x"].rounded(toDecimals: Int(x["decimals"]), rule: isUp ? .halfUp : .halfEven))
        default: throw Unknown(formula: x.formula)
        }
    }

    private struct Unknown: Error { let formula: String }

    @Test("every example comes to what the page says", arguments: ["calculation.md", "calculation.zh-CN.md"])
    func examples(page: String) throws {
        let examples = try Self.examples(page)
        #expect(examples.count >= 24)
        for example in examples {
            let (number, words) = try compute(example)
            guard let number else {
                #expect(words == example.result, "\(example.testDescription)")
                continue
            }
            let decimals = example.result.split(separator: ".").dropFirst().first?.count ?? 0
            #expect(String(format: "%.\(decimals)f", number) == example.result, "\(example.testDescription)")
        }
    }

    @Test("both languages have the same examples")
    func languages() throws {
        let pages = try ["calculation.md", "calculation.zh-CN.md"].map { try Self.examples($0).map(\.given) }
        #expect(pages[0] == pages[1])
    }
}
