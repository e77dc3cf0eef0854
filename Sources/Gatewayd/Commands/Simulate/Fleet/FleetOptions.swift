import MQTTUplink
import PlantSimulator
import Telemetry

/// What `gatewayd simulate --fleet` was asked for.
struct FleetOptions: Sendable {
    var size: Int
    var host: String
    var port: UInt16
    var credentials: (username: String, password: [UInt8]?)?
    var tls: MQTTTransportSecurity?
    var topicPrefix = "cems"
    /// The gateways are called `{name}-00001` and so on.
    var name = "fleet"
    var interval = Duration.seconds(60)
    var factors = FleetRecords.typicalFactors
    /// Of measuring, once all are connected; nil: until interrupted.
    var length: Duration?
    /// Connections begun a second, of the whole fleet.
    var connectRate = 200

    init(size: Int, host: String, port: UInt16) {
        self.size = size
        self.host = host
        self.port = port
    }

    /// One for about a thousand gateways.
    var threads: Int { max(1, min(4, size / 1_000)) }

    /// Each gateway has its socket and the pair by which libmosquitto wakes itself; the rest is for the program.
    var descriptors: Int { 3 * size + 64 }

    func gateway(_ number: Int) -> String {
        let digits = String(number)
        return "\(name)-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    func endpoint(of gateway: String, will: (topic: String, payload: [UInt8])) -> MQTTEndpoint {
        var endpoint = MQTTEndpoint(host: host, port: port, clientID: "\(gateway)-fleet")
        endpoint.username = credentials?.username
        endpoint.password = credentials?.password
        endpoint.tls = tls
        endpoint.keepAlive = .seconds(60)
        endpoint.will = will
        return endpoint
    }
}
