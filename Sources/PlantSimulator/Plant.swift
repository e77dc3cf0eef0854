import Glibc
package import HostSystem
import Telemetry

/// A running simulated plant: every instrument is served, on loopback and pseudo-terminals only.
package final class Plant: Sendable {
    package let description: PlantDescription
    /// How each instrument is reached, devices first, in the order of the description.
    package let endpoints: [PlantEndpoint]
    private let loop: ModbusServerLoop
    private let lines: [Line]
    private let started: Uptime

    /// Starts all instruments; the script begins now.
    package init(_ description: PlantDescription) throws(SystemError) {
        self.description = description
        let started = SystemClock.uptime
        self.started = started
        let script = description.script
        let moment: @Sendable (Uptime) -> PlantMoment = { script.moment(after: $0 - started) }
        loop = ModbusServerLoop(description.devices, moment: moment)
        var endpoints = zip(description.devices, try loop.start()).map { PlantEndpoint($0, at: $1) }
        var lines: [Line] = []
        do throws(SystemError) {
            for monitor in description.monitors {
                let port = monitor.role == .connects ? try Self.freePort() : 0
                let line = PeerHandler(monitor, moments: moment).line(
                    name: monitor.id, endpoint: monitor.role.endpoint(port: port))
                try line.start()
                lines.append(line)
                endpoints.append(PlantEndpoint(monitor, port: line.port ?? port))
            }
        } catch {
            for line in lines { line.stop() }
            loop.stop()
            throw error
        }
        self.lines = lines
        self.endpoints = endpoints
    }

    /// Ends every instrument.
    package func stop() {
        for line in lines { line.stop() }
        loop.stop()
    }

    /// The script's moment now.
    package var moment: PlantMoment { description.script.moment(after: SystemClock.uptime - started) }

    package func endpoint(of id: String) -> PlantEndpoint? { endpoints.first { $0.id == id } }

    /// A port nobody listens on at the moment: where the gateway is going to.
    private static func freePort() throws(SystemError) -> UInt16 {
        let probe = try Sockets.listen(host: "127.0.0.1", port: 0)
        guard let port = SocketAddress(of: probe.raw, peer: false)?.port else {
            throw SystemError("find a free port", code: EADDRNOTAVAIL)
        }
        return port
    }
}

extension SimulatedMonitor.Role {
    /// What a line needs on loopback.
    fileprivate func endpoint(port: UInt16) -> LineEndpoint {
        switch self {
        case .connects: .connect(host: "127.0.0.1", port: port)
        case .listens: .listen(host: "127.0.0.1", port: port)
        }
    }
}

/// How the gateway reaches a simulated instrument.
package struct PlantEndpoint: Equatable, Sendable {
    package enum Transport: Equatable, Sendable {
        case modbusTCP(port: UInt16)
        case modbusRTU(path: String)
        /// The gateway connects to this port.
        case hj212Server(port: UInt16)
        /// The gateway listens on this port.
        case hj212Client(port: UInt16)
    }

    package let id: String
    package let transport: Transport
    /// The Modbus unit, or the MN.
    package let identity: String

    init(_ device: SimulatedDevice, at address: ModbusServerLoop.Address) {
        id = device.id
        identity = "unit \(device.unit)"
        transport =
            switch address {
            case .tcp(let port): .modbusTCP(port: port)
            case .terminal(let path): .modbusRTU(path: path)
            }
    }

    init(_ monitor: SimulatedMonitor, port: UInt16) {
        id = monitor.id
        identity = "MN \(monitor.mn)"
        transport = monitor.role == .listens ? .hj212Server(port: port) : .hj212Client(port: port)
    }
}

extension PlantEndpoint: CustomStringConvertible {
    package var description: String {
        switch transport {
        case .modbusTCP(let port): "\(id): Modbus TCP at 127.0.0.1:\(port), \(identity)"
        case .modbusRTU(let path): "\(id): Modbus RTU at \(path), 9600 8N1, \(identity)"
        case .hj212Server(let port): "\(id): HJ 212 at 127.0.0.1:\(port), \(identity)"
        case .hj212Client(let port): "\(id): HJ 212, connects to 127.0.0.1:\(port), \(identity)"
        }
    }
}
