package import Emissions
package import Telemetry

/// What somebody responsible says about an outlet, over the control socket.
package struct OperatorMark: Equatable, Sendable {
    package enum Statement: Equatable, Sendable {
        /// The instrument of a factor, or all of them, is in this state: `M`, `C`, `D`, `F`, `S`.
        case flag(DataFlag, until: WallInstant)
        /// The plant is in this condition.
        case plant(PlantMark, until: WallInstant)
        /// What was said of the factor, or of everything with the plant, no longer holds.
        case clear
    }

    package var outlet: String
    /// Nil: all of them.
    package var factor: String?
    package var statement: Statement
    package var by: String
    package var note: String?

    package init(outlet: String, factor: String? = nil, statement: Statement, by: String, note: String? = nil) {
        self.outlet = outlet
        self.factor = factor
        self.statement = statement
        self.by = by
        self.note = note
    }
}

/// A mark that names what is not configured, in words.
package struct UnknownMarkTarget: BilingualError, Equatable, Sendable {
    package let text: BilingualText
}

/// The marks of operators in force at one outlet. They outrank what instruments and signals say, and end by themselves.
struct OperatorMarks: Equatable, Sendable {
    struct Flag: Equatable, Sendable {
        /// Nil: all factors.
        var factor: Int?
        var flag: DataFlag
        var until: WallInstant
    }

    private var flags: [Flag] = []
    /// Those that were stated and have not been forgotten.
    var statedFlags: [Flag] { flags }
    private(set) var plant: PlantMark?
    private(set) var plantUntil = WallInstant(millisecondsSince1970: 0)

    var isEmpty: Bool { flags.isEmpty && plant == nil }

    /// Takes a statement about a factor, or about all of them and the plant.
    mutating func take(_ statement: OperatorMark.Statement, factor: Int?) {
        switch statement {
        case .flag(let flag, let until):
            flags.removeAll { $0.factor == factor }
            flags.append(Flag(factor: factor, flag: flag, until: until))
        case .plant(let mark, let until):
            plant = mark
            plantUntil = until
        case .clear:
            flags.removeAll { factor == nil || $0.factor == factor }
            if factor == nil { plant = nil }
        }
    }

    /// The flag that stands for a factor; one for the factor itself goes before one for all.
    func flag(of factor: Int, at instant: WallInstant) -> DataFlag? {
        guard !flags.isEmpty else { return nil }
        let inForce = flags.filter { instant < $0.until }
        return (inForce.first { $0.factor == factor } ?? inForce.first { $0.factor == nil })?.flag
    }

    /// Forgets flags that are over, and says whether the plant's mark has just ended.
    mutating func expire(at instant: WallInstant) -> Bool {
        guard !isEmpty else { return false }
        flags.removeAll { instant >= $0.until }
        guard plant != nil, instant >= plantUntil else { return false }
        plant = nil
        return true
    }

    /// What records say of them; `codes`: those of the factors.
    func remarks(codes: [String]) -> [String] {
        flags.map { "\($0.factor.map { codes[$0] } ?? "all factors") flagged \($0.flag) by hand" }
            + (plant == nil ? [] : ["plant marked by hand"])
    }

    // MARK: State

    func state(codes: [String]) -> StateLine {
        var line = StateLine()
        line.add(word: plant?.rawValue)
        line.add(plantUntil.millisecondsSince1970)
        line.add(flags.count)
        for flag in flags {
            line.add(word: flag.factor.map { codes[$0] })
            line.add(word: flag.flag.text)
            line.add(flag.until.millisecondsSince1970)
        }
        return line
    }

    init() {}

    init(_ line: StateLine, codes: [String]) throws(StateLine.Unreadable) {
        var line = line
        plant = try line.word().flatMap { PlantMark(rawValue: $0) }
        plantUntil = WallInstant(millisecondsSince1970: Int64(try line.integer()))
        for _ in 0..<(try line.count(limit: 10_000)) {
            let code = try line.word()
            let flag = try DataFlag(from: &line)
            let until = WallInstant(millisecondsSince1970: Int64(try line.integer()))
            let factor = code.flatMap { codes.firstIndex(of: $0) }
            if code == nil || factor != nil { flags.append(Flag(factor: factor, flag: flag, until: until)) }
        }
    }
}
