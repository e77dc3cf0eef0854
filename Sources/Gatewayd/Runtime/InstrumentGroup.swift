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
    /// What keeps devices of ``mind`` from being used, by device.
    let held: [Int: NamedFileFault]

    /// A group for each address or port, in the order of the configuration. Reads the secrets the instruments name.
    static func groups(of configuration: GatewayConfiguration) -> [InstrumentGroup] {
        configuration.instrumentLines.map { InstrumentGroup($0, of: configuration.instruments) }
    }

    /// The group of the instruments at `members`, which share a transport.
    init(_ members: [Int], of all: [InstrumentConfiguration]) {
        self.init(all[members[0]].transport, members, members.map { all[$0] })
    }

    /// Who connects and says nothing for so long is no instrument: one that sends once a minute has spoken by then.
    private static let firstByte = Duration.seconds(90)

    private init(
        _ transport: InstrumentTransport, _ members: [Int], _ instruments: [InstrumentConfiguration]
    ) {
        self.transport = transport
        self.members = members
        // The same for all of them, as `check` makes sure.
        let line = instruments.first?.line ?? InstrumentLineSettings()
        var settings = HostSettings()
        settings.tolerance = line.tolerance
        settings.frameTimeout = line.frameTimeout
        if case .listen = transport { settings.isPrivate = false } else { settings.isPrivate = true }
        let mustProve = !settings.isPrivate
        let files = instruments.map(\.files)
        for files in files { settings.keys.formUnion(files.keys ?? KeyRing()) }
        held = Dictionary(
            uniqueKeysWithValues: files.enumerated().compactMap { device, files in
                files.obstacle.map { (device, $0) }
            })
        var limits = LineLimits()
        limits.connections = line.connections
        if mustProve {
            limits.firstByte = Self.firstByte
            limits.connectionsOfHost = max(line.connections / 2, members.count)
        }
        limits.idle = line.silenceLimit
        limits.filter = AddressFilter(line.allow)
        // A frame without its line end is held back for 200 ms.
        limits.tick = .milliseconds(250)
        let stations = zip(instruments, files).compactMap { $0.polledStation($1) }
        if stations.isEmpty {
            let devices = zip(instruments, files).map { $0.device($1) }
            mind = LineMind(InstrumentHost(devices: devices, settings: settings))
        } else {
            mind = LineMind(AddressedPoller(stations: stations, settings: settings))
            limits.tick = min(limits.tick, (stations.map(\.poll).min() ?? .seconds(1)) / 4)
        }
        self.limits = limits
    }
}

extension PartFiles {
    /// The password of an instrument.
    var secret: Secret? { password.map { Secret(FieldText(ArraySlice($0))) } }
}

extension InstrumentConfiguration {
    fileprivate func device(_ files: PartFiles) -> InstrumentDevice {
        var device = InstrumentDevice(mn: mn)
        device.edition = edition
        device.password = files.secret
        device.isHeld = files.obstacle != nil
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

    fileprivate func polledStation(_ files: PartFiles) -> AddressedPoller.Station? {
        guard let station else { return nil }
        var polled = AddressedPoller.Station(
            address: station.station, command: station.command, poll: station.poll, mn: mn ?? "",
            password: files.secret ?? "123456", timeout: min(timeout, station.poll))
        polled.isHeld = files.obstacle != nil
        return polled
    }
}
