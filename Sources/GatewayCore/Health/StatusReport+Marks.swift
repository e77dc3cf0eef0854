package import Telemetry

extension StatusReport {
    /// A mark in force: of an instrument by an operator, of the plant by an operator or by its signal. Alarms are held by it.
    package struct Mark: Equatable, Sendable {
        /// The factor whose instrument is marked; nil: those of all factors, or the plant.
        package var factor: String?
        /// A data flag (`M`), or a condition of the plant (`F`).
        package var mark: String
        package var isOfPlant: Bool
        /// Nil: as long as the plant's signal says so.
        package var until: WallInstant?
    }
}

extension OperatorMarks {
    func inForce(codes: [String], at instant: WallInstant) -> [StatusReport.Mark] {
        let flags = statedFlags.filter { instant < $0.until }.map {
            StatusReport.Mark(
                factor: $0.factor.map { codes[$0] }, mark: $0.flag.text, isOfPlant: false, until: $0.until)
        }
        return flags + (plant.map { [.init(mark: $0.rawValue, isOfPlant: true, until: plantUntil)] } ?? [])
    }
}
