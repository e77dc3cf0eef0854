import GatewayCore
import HostSystem
import Protocol
import Telemetry

/// The instruments that share one address or serial port, as their line needs them.
struct InstrumentGroup {
    let transport: InstrumentTransport
    /// Indices into the configuration's instruments, one for each device of ``mind``.
    let members: [Int]
    let mind: LineMind
    let limits: LineLimits

    /// A group for each address or port, in the order of the configuration. Reads the secrets the instruments name.
    static func groups(of configuration: GatewayConfiguration) throws -> [InstrumentGroup] {
        try configuration.instrumentLines.map { try InstrumentGroup($0, of: configuration.instruments) }
    }

    /// The group of the instruments at `members`, which share a transport.
    init(_ members: [Int], of all: [InstrumentConfiguration]) throws {
        try self.init(all[members[0]].transport, members, members.map { all[$0] })
    }

    private init(
        _ transport: InstrumentTransport, _ members: [Int], _ instruments: [InstrumentConfiguration]
    ) throws {
        self.transport = transport
        self.members = members
        // The same for all of them, as `check` makes sure.
        let line = instruments.first?.line ?? InstrumentLineSettings()
        var settings = HostSettings()
        settings.tolerance = line.tolerance
        settings.frameTimeout = line.frameTimeout
        for instrument in instruments {
            if let file = instrument.keyFile { settings.keys.formUnion(try KeyFile.read(file)) }
        }
        var limits = LineLimits()
        limits.connections = line.connections
        limits.idle = line.silenceLimit
        limits.filter = AddressFilter(line.allow)
        // A frame without its line end is held back for 200 ms.
        limits.tick = .milliseconds(250)
        let stations = try instruments.compactMap { try $0.polledStation }
        if stations.isEmpty {
            mind = LineMind(InstrumentHost(devices: try instruments.map { try $0.device }, settings: settings))
        } else {
            mind = LineMind(AddressedPoller(stations: stations, settings: settings))
            limits.tick = min(limits.tick, (stations.map(\.poll).min() ?? .seconds(1)) / 4)
        }
        self.limits = limits
    }
}

extension InstrumentConfiguration {
    fileprivate var device: InstrumentDevice {
        get throws {
            var device = InstrumentDevice(mn: mn)
            device.edition = edition
            device.password = try password
            device.overTime = timeout
            device.reCount = resends
            device.timeSetting = timeSetting
            device.commissioning = commissioning
            device.asksForHistory = asksForHistory
            if let checkInterval {
                device.parameters = registered.map(\.parameter)
                device.parameterInterval = checkInterval
            }
            device.minuteInterval = minuteInterval
            return device
        }
    }

    fileprivate var polledStation: AddressedPoller.Station? {
        get throws {
            guard let station else { return nil }
            return AddressedPoller.Station(
                address: station.station, command: station.command, poll: station.poll, mn: mn ?? "",
                password: try password ?? "123456", timeout: min(timeout, station.poll))
        }
    }

    private var password: Secret? {
        get throws {
            guard let passwordFile else { return nil }
            return Secret(FieldText(ArraySlice(try SecretFile.firstLine(of: passwordFile))))
        }
    }
}
