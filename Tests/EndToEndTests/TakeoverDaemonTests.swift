import Glibc
import TestSupport
import Testing

/// Two gateways with one id, as a copied memory card makes them.
///
/// Mosquitto 2.0.11 ends the older session without a word in either version of MQTT. What a broker says that names the
/// reason is in `MQTTConnectionTests`.
@Suite("Two gateways with one id", .timeLimit(.minutes(2)))
struct TakeoverDaemonTests {
    @Test(
        "R31: what happens is named, is an alarm, and does not go on at full speed", arguments: ["\"5\"", "\"3.1.1\""])
    func copies(version: String) throws {
        let directory = TemporaryDirectory()
        let broker = try Broker()
        let gateways = try ["a", "b"].map { name in
            let configuration = try directory.write(
                """
                gateway: { id: g, data_directory: \(directory.file(name)), realtime_interval: 1s, language: en }
                uplinks: [ { id: u, mqtt: { url: "\(broker.url)", version: \(version) } } ]
                outlets: [ { id: o, st: "31", factors: [ { code: a21026, from: i.a21026 } ] } ]
                instruments: [ { id: i, listen: "127.0.0.1:\(freePort())" } ]
                """, to: "\(name).yaml")
            return (configuration, try Program.start(["run", "--config", configuration]))
        }
        #expect(
            try eventually(within: .seconds(60)) {
                try gateways.contains { configuration, _ in
                    let alarms = try Program.run(["alarms", "--active", "--config", configuration]).output
                    return alarms.contains("D12") && alarms.contains("another client uses the client identifier g-u")
                }
            }, "\(gateways.map(\.1.errors))")
        // Each has been there some few times, not some hundred.
        let connections = gateways.map { $0.1.errors.split(separator: "\n").count { $0.contains("uplink connected") } }
        #expect(connections.allSatisfy { $0 < 25 }, "\(connections)")
        for (_, daemon) in gateways {
            daemon.signal(SIGTERM)
            #expect(daemon.wait() == 0)
        }
    }
}
