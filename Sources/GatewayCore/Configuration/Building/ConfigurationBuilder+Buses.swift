import Protocol
import Telemetry
import YAML

extension ConfigurationBuilder {
    static let maximumBuses = 64
    /// Modbus devices and HJ 212 instruments together.
    static let maximumDevices = 500
    /// Registers of all devices together.
    static let maximumPoints = 10_000

    mutating func buses(_ root: MappingReader<RootKey>) -> [BusConfiguration] {
        let entries = limited(root.mappings(.buses, BusKey.self), to: Self.maximumBuses, .init("buses", zh: "总线"))
        var names = NameRegistry()
        var buses: [BusConfiguration] = []
        for (index, entry) in entries.enumerated() {
            let id = entry.required(.id, .topicSegment)
            if let id { names.claim(id, as: .bus, entry, .id) }
            buses.append(bus(entry, id: id, index: index))
        }
        return buses
    }

    private mutating func bus(_ entry: MappingReader<BusKey>, id: String?, index: Int) -> BusConfiguration {
        let transport = transport(entry, id: id)
        let devices = devices(entry, on: transport, bus: index)
        var bus = BusConfiguration(
            id: id ?? "", transport: transport ?? .tcp(host: "", port: 0), devices: devices)
        entry.read(.timeout, .duration(in: .milliseconds(10) ... .seconds(60)), into: &bus.timeout)
        entry.read(.retries, .integer(in: 0...5), into: &bus.retries)
        entry.read(.maximumHole, .integer(in: 0...124), into: &bus.maximumHole)
        entry.read(.requestGap, .duration(in: .zero ... .seconds(1)), into: &bus.requestGap)
        entry.read(.keepConnection, .truth, into: &bus.keepsConnection)
        bus.tolerance = tolerance(entry)
        checkLoad(of: bus, entry)
        return bus
    }

    private func tolerance(_ entry: MappingReader<BusKey>) -> Set<ModbusTolerance> {
        entry.reportEmptyList(.tolerate, hint: .init("without the line nothing is tolerated", zh: "不写此行即什么都不容许"))
        let named = entry.scalars(.tolerate, ScalarRule<ModbusTolerance>.choice) ?? []
        if entry.has(.tolerate), entry.has(.rtuOverTCP) || entry.has(.serial) {
            entry.error(
                .tolerate, .init("RTU frames carry no length to be tolerated", zh: "RTU 帧中没有可容许的长度"),
                hint: .init("remove the line", zh: "删除此行"))
        }
        return Set(named.map(\.value))
    }

    private mutating func transport(_ entry: MappingReader<BusKey>, id: String?) -> BusTransport? {
        let owner = ConnectionRegistry.Owner(kind: .bus, id: id, position: entry.position)
        guard let key = entry.exactlyOne(of: [.tcp, .rtuOverTCP, .serial]) else { return nil }
        if key == .serial {
            guard let serial = serial(entry, key, owner: owner) else { return nil }
            return .serial(serial)
        }
        guard let endpoint = entry.optional(key, .endpoint) else { return nil }
        connections.add(
            ConnectionRegistry.Peer(
                endpoint: endpoint, owner: owner, position: entry.position(of: key), isBus: true))
        return key == .tcp
            ? .tcp(host: endpoint.host, port: endpoint.port) : .rtuOverTCP(host: endpoint.host, port: endpoint.port)
    }

    private mutating func devices(
        _ entry: MappingReader<BusKey>, on transport: BusTransport?, bus: Int
    ) -> [DeviceConfiguration] {
        let readers = entry.requiredMappings(.devices, DeviceKey.self)
        var units: [UInt8: Int] = [:]
        var devices: [DeviceConfiguration] = []
        for (index, reader) in readers.enumerated() {
            countDevice(at: reader.position)
            let unit = unit(reader, on: transport, known: &units)
            devices.append(device(reader, unit: unit, bus: bus, index: index))
        }
        return devices
    }

    /// Notes the first device or instrument beyond the limit.
    mutating func countDevice(at position: YAMLPosition) {
        deviceCount += 1
        if deviceCount == Self.maximumDevices + 1 {
            log.error(
                at: position,
                .init(
                    "more than \(Self.maximumDevices) devices and instruments", zh: "设备和仪表超过 \(Self.maximumDevices) 台"),
                hint: Self.limitHint)
        }
    }

    private func unit(
        _ reader: MappingReader<DeviceKey>, on transport: BusTransport?, known: inout [UInt8: Int]
    ) -> UInt8? {
        // 0 is the broadcast address of a serial line, 248 and above are reserved; TCP servers use the whole byte.
        // Source: Modbus over Serial Line 1.02, 2.2.
        let range =
            switch transport {
            case .serial, .rtuOverTCP: 1...247
            case .tcp, nil: 0...255
            }
        guard let unit = reader.required(.unit, .integer(in: range)).map({ UInt8($0) }) else { return nil }
        let position = reader.position(of: .unit)
        if let line = known[unit] {
            log.warning(
                at: position,
                .init("unit \(unit) is also polled by the device on line \(line)", zh: "从站 \(unit) 已由第 \(line) 行的设备轮询"),
                hint: .init("one device with all registers needs fewer requests", zh: "把全部寄存器写在一台设备下，请求更少"))
        }
        known[unit] = known[unit] ?? position.line
        return unit
    }

    private mutating func device(
        _ reader: MappingReader<DeviceKey>, unit: UInt8?, bus: Int, index: Int
    ) -> DeviceConfiguration {
        let id = reader.required(.id, .placeIdentifier)
        let registers = registers(reader)
        if let id {
            places.claim(id, as: .device, reader, .id)
            sources.add(id, .device(bus: bus, device: index, registers: registers))
        }
        var device = DeviceConfiguration(id: id ?? "", unit: unit ?? 0, registers: registers?.registers ?? [])
        reader.read(.poll, .duration(in: .milliseconds(1) ... .seconds(3600)), into: &device.poll)
        reader.read(.raw, .truth, into: &device.raw)
        device.heartbeat = heartbeat(reader, registers)
        return device
    }

    private func heartbeat(
        _ reader: MappingReader<DeviceKey>, _ registers: RegisterList?
    ) -> HeartbeatConfiguration? {
        let cycle = reader.optional(.heartbeatCycle, .duration(in: .seconds(1) ... .seconds(86_400)))
        if !reader.has(.heartbeat) { reader.warnOfNoEffect(.heartbeatCycle, without: "`heartbeat`") }
        guard let name = reader.optional(.heartbeat, .text()), let registers else { return nil }
        guard let register = registers.indices[name] else {
            reader.error(
                .heartbeat, .init("the device has no register \(shown(name))", zh: "设备没有寄存器 \(shown(name, .zh))"),
                hint: nearestHint(to: name, among: registers.names))
            return nil
        }
        var heartbeat = HeartbeatConfiguration(register: register)
        heartbeat.cycle = cycle ?? heartbeat.cycle
        return heartbeat
    }

    /// The device's own list or that of its profile; nil, with a problem, when there is none to be had.
    private mutating func registers(_ reader: MappingReader<DeviceKey>) -> RegisterList? {
        guard let key = reader.exactlyOne(of: [.registers, .profile]) else { return nil }
        let list: RegisterList?
        if key == .registers {
            list = reader.list(.registers).map { RegisterList($0, log: log) }
            reader.reportEmptyList(.registers)
        } else {
            list = reader.optional(.profile, .profileName).flatMap { profiles.registers(of: $0, reader) }
        }
        let before = pointCount
        pointCount += list?.registers.count ?? 0
        if before <= Self.maximumPoints, pointCount > Self.maximumPoints {
            reader.error(
                key,
                .init(
                    "more than \(Self.maximumPoints) registers in all devices", zh: "全部设备的寄存器超过 \(Self.maximumPoints) 个"
                ), hint: Self.limitHint)
        }
        return list
    }
}
