import Telemetry
import YAML

extension Section {
    // MARK: Numbers

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(key) else { return nil }
        guard let value = Int(text) else {
            error("'\(key)' must be a whole number, not '\(text)'", at: place(of: key))
            return nil
        }
        guard range.contains(value) else {
            error("'\(key)' is \(value), allowed is \(range.lowerBound) to \(range.upperBound)", at: place(of: key))
            return nil
        }
        return value
    }

    func number(_ key: String, in range: ClosedRange<Double> = -1e15...1e15) -> Double? {
        guard let text = text(key) else { return nil }
        return number(text, name: "'\(key)'", in: range, at: place(of: key))
    }

    func number(
        _ text: String, name: String, in range: ClosedRange<Double> = -1e15...1e15, at position: YAMLPosition
    ) -> Double? {
        guard let value = Double(text), value.isFinite else {
            error("\(name) must be a number, not '\(text)'", at: position)
            return nil
        }
        guard range.contains(value) else {
            error(
                "\(name) is \(text), allowed is \(Self.shown(range.lowerBound)) to \(Self.shown(range.upperBound))",
                at: position)
            return nil
        }
        return value
    }

    private static func shown(_ value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    func bool(_ key: String) -> Bool? {
        guard let text = text(key) else { return nil }
        switch text {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default:
            error("'\(key)' must be true or false, not '\(text)'", at: place(of: key))
            return nil
        }
    }

    /// A share such as `80%` or `0.8`, as a fraction.
    func share(_ key: String) -> Double? {
        guard let text = text(key) else { return nil }
        let isPercent = text.hasSuffix("%")
        guard let value = Double(isPercent ? String(text.dropLast()) : text), value.isFinite,
            (0...1).contains(isPercent ? value / 100 : value)
        else {
            error("'\(key)' must be a share such as 80%, not '\(text)'", at: place(of: key))
            return nil
        }
        return isPercent ? value / 100 : value
    }

    // MARK: Durations

    /// For example `250ms`, `5s`, `10m`, `1h`.
    func duration(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let text = text(key) else { return nil }
        guard let value = Self.duration(text) else {
            error(
                "'\(key)' must be a time such as 250ms, 5s, 10m or 1h, not '\(text)'", at: place(of: key))
            return nil
        }
        guard range.contains(value) else {
            error(
                "'\(key)' is \(text), allowed is \(Self.shown(range.lowerBound)) to \(Self.shown(range.upperBound))",
                at: place(of: key))
            return nil
        }
        return value
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    private static func duration(_ text: String) -> Duration? {
        for unit in units where text.hasSuffix(unit.name) {
            guard let count = Int64(text.dropLast(unit.name.count)), count >= 0, count <= 1_000_000_000 else {
                continue
            }
            return .milliseconds(count * unit.milliseconds)
        }
        return nil
    }

    private static func shown(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        guard milliseconds > 0 else { return "0s" }
        let unit = units.last { milliseconds % $0.milliseconds == 0 } ?? units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }

    // MARK: Addresses

    /// `HOST:PORT`; an IPv6 address in brackets.
    func address(_ key: String) -> HostAndPort? {
        guard let text = text(key) else { return nil }
        guard let address = HostAndPort(text) else {
            error("'\(text)' is no HOST:PORT", hint: "for example 192.168.1.10:502 or [::1]:502", at: place(of: key))
            return nil
        }
        return address
    }

    func serial(_ key: String) -> SerialSettings? {
        guard let section = section(key) else { return nil }
        defer { section.finish() }
        let baud = section.integer("baud", in: 1_200...230_400) ?? 9_600
        if !SerialSettings.bauds.contains(baud) {
            section.error(
                "\(baud) baud is no usual speed", hint: SerialSettings.bauds.map(String.init).joined(separator: ", "),
                at: section.place(of: "baud"))
        }
        let parity: SerialSettings.Parity = section.choice("parity") ?? .none
        let dataBits = section.integer("data_bits", in: 7...8) ?? 8
        let stopBits = section.integer("stop_bits", in: 1...2) ?? 1
        guard let path = section.requiredText("path", hint: "for example /dev/ttyS1") else { return nil }
        return SerialSettings(path: path, baud: baud, parity: parity, dataBits: dataBits, stopBits: stopBits)
    }

    /// A path, relative ones starting at `directory`.
    func path(_ key: String, in directory: String) -> String? {
        text(key).map { $0.hasPrefix("/") ? $0 : directory + "/" + $0 }
    }
}
