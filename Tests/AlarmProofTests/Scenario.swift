import Emissions
import GatewayCore
import Protocol
import Telemetry
import Testing

/// One small plant for some hours: calm values, what departs from them, and every alarm that must come of it.
///
/// The plant is read every 30 s from midnight on. Every factor swings around its calm level, half up and half down in each
/// minute, so that the mean of a minute is the level itself.
struct Scenario: Proof {
    var rule: String
    var name: String
    /// The codes of the outlet's factors, each of which ``Calm`` knows.
    var factors: [String]
    /// What the configuration says of a factor besides its source. One with `cycle: 1h` has a result each full hour.
    var settings: [String: String] = [:]
    /// Whether each reading of a batch analyser tells its latest result, not the first one alone.
    var repeatsResults = false
    /// What a meter beside the water's flow counts, as a share of that flow; nil: there is none.
    var metered: Double?
    var stack: String?
    /// What the configuration says of rules.
    var rules = ""
    /// Whether a signal tells if the plant runs.
    var knowsPlant = false
    var marks: [(minute: Int, mark: PlantMark)] = []
    var departures: [Departure] = []
    var hours = 4
    /// Every alarm, in the order of the first record: see ``SeenAlarm``.
    var expected: [String]

    init(
        _ rule: String, _ name: String, _ factors: String, _ settings: [String: String] = [:], metered: Double? = nil,
        stack: String? = nil, rules: String = "", knowsPlant: Bool = false,
        marks: [(minute: Int, mark: PlantMark)] = [],
        when departures: [Departure] = [], hours: Int = 4, expects expected: [String]
    ) {
        self.rule = rule
        self.name = name
        self.factors = factors.split(separator: " ").map(String.init)
        self.settings = settings
        self.metered = metered
        self.stack = stack
        self.rules = rules
        self.knowsPlant = knowsPlant || !marks.isEmpty
        self.marks = marks
        self.departures = departures
        self.hours = hours
        self.expected = expected
    }
}

/// For some time a factor is not calm.
struct Departure: Sendable {
    enum Kind: Sendable {
        /// Swings around another level.
        case level(Double)
        /// Holds one number.
        case stuck(Double)
        /// A number with a flag.
        case flagged(Double, DataFlag)
        /// Nothing comes.
        case silent
        /// The level moves by this from minute to minute, up and down.
        case sway(Double)
    }

    /// Nil: of every factor.
    var factor: String?
    /// In minutes since midnight.
    var time: Range<Double>
    var kind: Kind

    static func level(_ factor: String, _ level: Double, _ time: Range<Double>) -> Departure {
        Departure(factor: factor, time: time, kind: .level(level))
    }
    static func stuck(_ factor: String, _ value: Double, _ time: Range<Double>) -> Departure {
        Departure(factor: factor, time: time, kind: .stuck(value))
    }
    static func flagged(_ factor: String, _ flag: DataFlag, _ value: Double, _ time: Range<Double>) -> Departure {
        Departure(factor: factor, time: time, kind: .flagged(value, flag))
    }
    static func silent(_ factor: String, _ time: Range<Double>) -> Departure {
        Departure(factor: factor, time: time, kind: .silent)
    }
    /// Of each of these minutes the first half does not come.
    static func halves(_ factor: String, _ minutes: Range<Int>) -> [Departure] {
        minutes.map { .silent(factor, Double($0)..<Double($0) + 0.5) }
    }
    static func allSilent(_ time: Range<Double>) -> Departure { Departure(factor: nil, time: time, kind: .silent) }
    static func sway(_ factor: String, _ height: Double, _ time: Range<Double>) -> Departure {
        Departure(factor: factor, time: time, kind: .sway(height))
    }

    /// What the factor shows at `second`; nil: nothing comes.
    func reading(_ calm: Calm, at second: Int) -> Reading? {
        switch kind {
        case .level(let level): Reading(value: level + calm.swing(at: second))
        case .stuck(let value): Reading(value: value)
        case .flagged(let value, let flag): Reading(value: value, flag: flag)
        case .silent: nil
        case .sway(let height):
            Reading(value: calm.level + calm.swing(at: second) + (second / 60 % 2 == 0 ? height : -height))
        }
    }
}

/// A factor as it is when nothing happens.
struct Calm: Sendable {
    var level: Double
    var ripple: Double

    /// Up in the first half of each minute, down in the second.
    func swing(at second: Int) -> Double { second % 60 < 30 ? ripple : -ripple }

    static let factors: [String: Calm] = [
        "a21026": Calm(level: 20, ripple: 0.3), "a21002": Calm(level: 40, ripple: 0.5),
        "a21003": Calm(level: 24, ripple: 0.3), "a34013": Calm(level: 5, ripple: 0.2),
        "a19001": Calm(level: 6, ripple: 0.1), "a05001": Calm(level: 261_900, ripple: 500),
        "a01011": Calm(level: 12, ripple: 0.3), "a01012": Calm(level: 80, ripple: 0.5),
        "a01013": Calm(level: -0.5, ripple: 0.02), "a01014": Calm(level: 8, ripple: 0.2),
        "i23001": Calm(level: 101.3, ripple: 0), "a00000": Calm(level: 100, ripple: 1),
        "w00000": Calm(level: 40, ripple: 1),
        "w01018": Calm(level: 30, ripple: 0.5), "w01001": Calm(level: 7.2, ripple: 0.02),
    ]
}

extension Scenario {
    /// As somebody would write the file.
    var configurationText: String {
        let isWater = factors.contains { $0.hasPrefix("w") }
        var registers = factors.enumerated().map { "{ name: \($1), input: \(2 * $0), type: float32 }" }
        if metered != nil { registers.append("{ name: total, input: \(2 * factors.count), type: float64 }") }
        let entries = factors.map { code in
            var settings = settings[code].map { ", \($0)" } ?? ""
            if metered != nil, code == "w00000" { settings += ", meter: { from: cems.total }" }
            return "      - { code: \(code), from: cems.\(code)\(settings) }"
        }
        var text = """
            gateway: { id: proof, data_directory: /tmp/x, language: en, realtime_interval: 10m }
            buses:
              - id: rack
                tcp: 127.0.0.1:502
                devices:
                  - id: cems
                    unit: 1
                    poll: 30s
                    registers: [ \(registers.joined(separator: ", ")), { name: boiler, holding: 0, type: uint16 } ]
            outlets:
              - id: place
                st: "\(isWater ? 32 : 31)"

            """
        if let stack { text += "    stack: { \(stack) }\n" }
        if knowsPlant { text += "    plant_mark: { from: cems.boiler, marks: { 0: F, 2: St, 3: Sd } }\n" }
        text += "    factors:\n" + entries.joined(separator: "\n") + "\n"
        if !rules.isEmpty { text += "alarms: { rules: { \(rules) } }\n" }
        return text
    }

    /// Every alarm that comes of it.
    func run() throws -> [String] {
        var machine = ReplayMachine(try configuration(configurationText), zone: .china, startingAt: midnight)
        var alarms = SeenAlarms()
        for second in stride(from: 0, to: hours * 3_600, by: 30) {
            let at = midnight + .seconds(second)
            for mark in marks where mark.minute * 60 == second {
                alarms.take(machine.take(OutletSample(at: at, outlet: 0, content: .mark(mark.mark))))
            }
            for (index, code) in factors.enumerated() {
                guard let reading = reading(of: code, at: second) else { continue }
                alarms.take(
                    machine.take(OutletSample(at: at, outlet: 0, content: .reading(reading, factor: index))))
                guard code == "w00000", let counted = counted(until: second) else { continue }
                alarms.take(machine.take(OutletSample(at: at, outlet: 0, content: .total(counted, factor: index))))
            }
        }
        alarms.take(machine.finish())
        return alarms.lines
    }

    /// What the meter shows; nil where there is none.
    private func counted(until second: Int) -> Reading? {
        guard let metered, let flow = Calm.factors["w00000"]?.level else { return nil }
        return Reading(value: 1_000 + metered * flow * Double(second) / 1_000)
    }

    private func reading(of code: String, at second: Int) -> Reading? {
        var calm = Calm.factors[code] ?? Calm(level: 1, ripple: 0.1)
        if settings[code]?.contains("cycle: 1h") == true {
            // A batch analyser: one result an hour, each another one.
            guard repeatsResults || second % 3_600 == 0 else { return nil }
            calm.level += Double(second / 3_600 % 5)
            calm.ripple = 0
        }
        let minute = Double(second) / 60
        let departure = departures.last { ($0.factor ?? code) == code && $0.time.contains(minute) }
        return departure.map { $0.reading(calm, at: second) } ?? Reading(value: calm.level + calm.swing(at: second))
    }
}
