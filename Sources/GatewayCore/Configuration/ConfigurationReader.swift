import Telemetry
import YAML

/// Reads the text of a configuration into validated values, and finds all that is wrong with it.
///
/// Not a `Decodable`: that stops at the first problem, and a technician wants all of them at once.
package struct ConfigurationReader {
    /// Finds a register profile: its file's name for messages and its bytes, or why it cannot be read.
    package typealias ProfileSource = (_ directory: String, _ name: String) -> (
        file: String, text: Result<[UInt8], ProfileError>
    )

    package struct ProfileError: Error, Equatable, Sendable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    let file: String
    /// Where relative paths start.
    let directory: String
    let profiles: ProfileSource
    let problems = ProblemCollector()

    /// `file` is named in messages; `directory` is its absolute folder.
    package static func read(
        _ text: [UInt8], file: String, directory: String, profiles: @escaping ProfileSource
    ) -> ConfigurationResult {
        let reader = ConfigurationReader(file: file, directory: directory, profiles: profiles)
        let configuration = reader.read(text)
        let problems = reader.problems.problems.enumerated().sorted {
            ($0.element.file, $0.element.position, $0.offset) < ($1.element.file, $1.element.position, $1.offset)
        }
        return ConfigurationResult(
            configuration: reader.problems.hasErrors ? nil : configuration, problems: problems.map(\.element))
    }

    private func read(_ text: [UInt8]) -> GatewayConfiguration? {
        let root: Section
        do {
            root = Section(try YAMLParser.parse(text), file: file, problems: problems)
        } catch {
            problems.add(error.message, file: file, at: error.position)
            return nil
        }
        defer { root.finish() }
        if !root.has("gateway") { root.missing("gateway", hint: "a section with id and data_directory") }
        let gateway = root.section("gateway").flatMap { readGateway($0) }
        let alarms = root.section("alarms").map { readAlarms($0) } ?? AlarmSettings()
        let uplinks = readUplinks(root)
        let profileDirectory =
            root.section("gateway")?.path("profiles_directory", in: directory) ?? directory + "/profiles"
        let buses = readBuses(root, profileDirectory: profileDirectory)
        let instruments = readInstruments(root)
        checkNames(root)
        let outlets = readOutlets(root, buses: buses, instruments: instruments)
        checkListeners(root, instruments: instruments, buses: buses)
        if outlets.isEmpty, !buses.contains(where: { $0.devices.contains(where: \.raw) }) {
            root.warning("nothing is recorded", hint: "add outlets, or raw: true to a device")
        }
        guard let gateway else { return nil }
        return GatewayConfiguration(
            gateway: gateway, uplinks: uplinks, buses: buses, instruments: instruments, outlets: outlets, alarms: alarms
        )
    }

    private func readGateway(_ section: Section) -> GatewaySettings? {
        defer { section.finish() }
        let id = section.identifier("id")
        let data = section.has("data_directory") ? section.path("data_directory", in: directory) : nil
        if !section.has("data_directory") { section.missing("data_directory", hint: "for example /var/lib/gatewayd") }
        var settings = GatewaySettings(id: id ?? "", dataDirectory: data ?? "")
        section.take("timezone", &settings.timezone) { $0.text($1) }
        section.take("realtime_interval", &settings.realtimeInterval) {
            $0.duration($1, in: .seconds(1) ... .seconds(3_600))
        }
        section.take("commit_interval", &settings.commitInterval) {
            $0.duration($1, in: .milliseconds(10) ... .seconds(10))
        }
        section.take("t0_kelvin", &settings.t0Kelvin) { $0.number($1, in: 273...273.15) }
        section.take("language", &settings.language) { $0.choice($1) }
        settings.controlSocket = section.path("control_socket", in: directory)
        _ = section.text("profiles_directory")
        settings.minuteInterval = minuteInterval(section) ?? 1
        return id == nil || data == nil ? nil : settings
    }

    /// Source: HJ 212-2017, table 4 (MinInterval).
    private func minuteInterval(_ section: Section) -> Int? {
        let allowed = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]
        guard let value = section.integer("minute_interval", in: 1...30) else { return nil }
        guard allowed.contains(value) else {
            section.error(
                "'minute_interval' is \(value), allowed are \(allowed.map(String.init).joined(separator: ", "))",
                hint: "HJ 212-2017, table 4", at: section.place(of: "minute_interval"))
            return nil
        }
        return value
    }

    private func readAlarms(_ section: Section) -> AlarmSettings {
        defer { section.finish() }
        var settings = AlarmSettings()
        let range: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
        section.take("instrument_gap", &settings.instrumentGap) { $0.duration($1, in: range) }
        section.take("uplink_gap", &settings.uplinkGap) { $0.duration($1, in: range) }
        return settings
    }
}

extension Section {
    /// Reads an optional value; an absent or wrong one leaves the default.
    func take<Value>(_ key: String, _ value: inout Value, _ read: (Section, String) -> Value?) {
        if let given = read(self, key) { value = given }
    }
}
