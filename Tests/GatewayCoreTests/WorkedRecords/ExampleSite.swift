import Emissions
import GatewayCore
import Protocol
import Telemetry
import Testing

/// The outlet of an example and what is measured there, from midnight of 1 December 2026 on.
///
/// It is written as parts between semicolons, in any order:
/// - `w01018 limit hour 50: 500×60`: a factor with its settings, and its readings as a ``Course``. A letter behind a number is
///   its flag, `none` is no reading at all.
/// - `a21002 computed`: a factor without readings.
/// - `plant: running×1h stopped×10h`: the plant marks.
/// - `every 5s`: the interval of the readings, else a minute.
/// - `reference_oxygen 6`: a setting of the stack.
struct ExampleSite {
    static let start = WallInstant(millisecondsSince1970: 1_796_054_400_000)

    private struct Factor {
        let code: String
        /// In the order of writing, as YAML has them.
        let settings: [String]
        let readings: Course<Reading?>?
    }

    private var factors: [Factor] = []
    private var stack: [String] = []
    private var plant: Course<PlantMark>?
    /// In seconds.
    private var interval = 60

    init(_ text: String) throws {
        for part in text.parts(by: "; ") {
            let halves = part.parts(by: ": ")
            let words = halves[0].split(separator: " ", maxSplits: 1).map(String.init)
            if words[0] == "plant" {
                plant = try Course(halves[1]) { try Self.mark($0) }
            } else if Self.isCode(words[0]) {
                factors.append(
                    Factor(
                        code: words[0], settings: try words.dropFirst().first.map(Self.settings) ?? [],
                        readings: try halves.dropFirst().first.map { try Course($0) { try Self.reading($0) } }))
            } else if words.count == 2, halves.count == 1 {
                if words[0] == "every" {
                    interval = try wholeSeconds(words[1])
                } else {
                    stack.append("\(words[0]): \(words[1])")
                }
            } else {
                throw UnreadableExample(text: part)
            }
        }
    }

    private static func isCode(_ word: String) -> Bool {
        word.count == 6 && word.first?.isLetter == true && word.dropFirst().allSatisfy(\.isNumber)
    }

    private static func mark(_ word: Substring) throws -> PlantMark {
        let marks: [Substring: PlantMark] = ["running": .running, "stopped": .stopped]
        guard let mark = marks[word] else { throw UnreadableExample(text: String(word)) }
        return mark
    }

    private static func reading(_ word: Substring) throws -> Reading? {
        if word == "none" { return nil }
        let flag = word.last?.isLetter == true ? DataFlag(word.suffix(1)) : .normal
        guard let flag, let number = Double(flag == .normal ? word : word.dropLast()) else {
            throw UnreadableExample(text: String(word))
        }
        return Reading(value: number, flag: flag)
    }

    /// The settings of a factor as the configuration has them.
    private static func settings(_ text: String) throws -> [String] {
        var limits: [String] = []
        var settings: [String] = []
        for setting in text.parts(by: ", ") {
            let words = setting.split(separator: " ").map(String.init)
            switch words[0] {
            case "wet": settings.append("basis: wet")
            case "actual": settings.append("state: actual")
            case "converted": settings.append("converted: true")
            case "computed": settings.append("from: computed")
            case "meter": settings.append("meter: true")
            case "range" where words.count == 2:
                settings.append("range: [\(words[1].replacing("…", with: ", "))]")
            case "limit" where words.count == 3: limits.append("{ average: \(words[1]), max: \(words[2]) }")
            case "limit" where words.count == 5 && words[3] == "of":
                limits.append("{ average: \(words[1]), of: \(words[4]), max: \(words[2]) }")
            case "cycle", "unit": settings.append("\(words[0]): \(words[1])")
            default: throw UnreadableExample(text: setting)
            }
        }
        if !limits.isEmpty { settings.append("limits: [ \(limits.joined(separator: ", ")) ]") }
        return settings
    }

    /// As somebody would write the file.
    var configurationText: String {
        let registers = factors.enumerated().map { "{ name: \($1.code), input: \(2 * $0), type: float32 }" }
        let entries = factors.map { factor in
            let source = factor.readings == nil ? [] : ["from: d.\(factor.code)"]
            return "{ \((["code: \(factor.code)"] + source + factor.settings).joined(separator: ", ")) }"
        }
        // Of readings that come seldom there is no need of every minute's record.
        let minutes = min(max(1, interval / 60), 30)
        return """
            gateway:
              { id: example, data_directory: /tmp/x, language: en, realtime_interval: \(max(10, interval))s,
                minute_interval: \(minutes) }
            buses:
              - id: line
                tcp: 127.0.0.1:502
                devices:
                  - id: d
                    unit: 1
                    poll: \(interval)s
                    registers: [ \(registers.joined(separator: ", ")), { name: state, holding: 0, type: uint16 } ]
            outlets:
              - id: outlet
                st: "\(factors.contains { $0.code.hasPrefix("w") } ? 32 : 31)"
                \(stack.isEmpty ? "" : "stack: { \(stack.joined(separator: ", ")) }")
                \(plant == nil ? "" : "plant_mark: { from: d.state, marks: { 0: F } }")
                factors: [ \(entries.joined(separator: ", ")) ]
            """
    }

    /// The records of all its samples.
    func run() throws -> [Record] {
        let lengths = factors.compactMap { $0.readings?.seconds } + [plant?.seconds].compactMap(\.self)
        let length = try #require(lengths.max(), "no length")
        var machine = ReplayMachine(try configuration(configurationText), zone: .china, startingAt: Self.start)
        var records: [Record] = []
        for second in stride(from: 0, to: length, by: interval) {
            let at = Self.start + .seconds(second)
            if let mark = plant?.content(at: second), second == 0 || mark != plant?.content(at: second - interval) {
                records += machine.take(OutletSample(at: at, outlet: 0, content: .mark(mark)))
            }
            for (index, factor) in factors.enumerated() {
                guard let reading = factor.readings?.content(at: second) ?? nil else { continue }
                records += machine.take(OutletSample(at: at, outlet: 0, content: .reading(reading, factor: index)))
            }
        }
        return records + machine.finish()
    }
}
