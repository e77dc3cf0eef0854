import Protocol
import Telemetry
import YAML

extension ConfigurationReader {
    private static let mostBuses = 64
    private static let mostDevices = 500
    private static let mostPoints = 10_000

    func readBuses(_ root: Section, profileDirectory: String) -> [BusConfiguration] {
        let sections = root.sections("buses")
        var seen: Set<String> = []
        let buses = sections.map { section in
            defer { section.finish() }
            let id = section.identifier("id") ?? ""
            if !id.isEmpty, !seen.insert(id).inserted {
                section.error("bus '\(id)' is given twice", at: section.place(of: "id"))
            }
            let transport = readTransport(section)
            var bus = BusConfiguration(id: id, transport: transport ?? .tcp(host: "", port: 1), devices: [])
            section.take("timeout", &bus.timeout) { $0.duration($1, in: .milliseconds(10) ... .seconds(60)) }
            section.take("retries", &bus.retries) { $0.integer($1, in: 0...5) }
            section.take("max_hole", &bus.maximumHole) { $0.integer($1, in: 0...124) }
            section.take("request_gap", &bus.requestGap) { $0.duration($1, in: .zero ... .seconds(1)) }
            bus.devices = readDevices(section, transport: transport, profileDirectory: profileDirectory)
            return bus
        }
        checkCounts(root, buses)
        return buses
    }

    private func checkCounts(_ root: Section, _ buses: [BusConfiguration]) {
        let devices = buses.reduce(0) { $0 + $1.devices.count }
        let points = buses.reduce(0) { $0 + $1.devices.reduce(0) { $0 + $1.registers.count } }
        for (count, most, name) in [
            (buses.count, Self.mostBuses, "buses"), (devices, Self.mostDevices, "devices"),
            (points, Self.mostPoints, "registers"),
        ] where count > most {
            root.error("\(count) \(name), at most \(most)", hint: "use a second gateway", at: root.place(of: "buses"))
        }
    }

    private func readTransport(_ section: Section) -> BusTransport? {
        let given = ["tcp", "rtu_over_tcp", "serial"].filter { section.has($0) }
        guard given.count == 1 else {
            section.error(
                given.isEmpty ? "how is the bus reached?" : "\(given.joined(separator: " and ")): only one of them",
                hint: "tcp: HOST:PORT, rtu_over_tcp: HOST:PORT or serial: { path: … }")
            return nil
        }
        if given == ["tcp"] { return section.address("tcp").map { .tcp(host: $0.host, port: $0.port) } }
        if given == ["serial"] { return section.serial("serial").map { .serial($0) } }
        return section.address("rtu_over_tcp").map { .rtuOverTCP(host: $0.host, port: $0.port) }
    }

    private func readDevices(
        _ bus: Section, transport: BusTransport?, profileDirectory: String
    ) -> [DeviceConfiguration] {
        let sections = bus.sections("devices")
        if sections.isEmpty { bus.error("a bus without devices", hint: "add devices") }
        var units: Set<UInt8> = []
        return sections.map { section in
            defer { section.finish() }
            let id = section.identifier("id", mayStartWithUnderscore: false) ?? ""
            let unit = readUnit(section, transport: transport)
            if let unit, !units.insert(unit).inserted {
                section.warning("unit \(unit) is given twice on this bus", at: section.place(of: "unit"))
            }
            var device = DeviceConfiguration(id: id, unit: unit ?? 1, registers: [])
            section.take("poll", &device.poll) { $0.duration($1, in: .milliseconds(1) ... .seconds(3_600)) }
            section.take("raw", &device.raw) { $0.bool($1) }
            device.registers = readRegisters(section, profileDirectory: profileDirectory)
            return device
        }
    }

    private func readUnit(_ section: Section, transport: BusTransport?) -> UInt8? {
        var range = 1...247
        if case .tcp = transport { range = 0...255 }
        if !section.has("unit") { section.missing("unit", hint: "the unit identifier of the device, often 1") }
        return section.integer("unit", in: range).map { UInt8($0) }
    }
}
