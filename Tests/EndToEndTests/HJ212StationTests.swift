import Foundation
import TestSupport
import Testing

/// Analysers of the addressed dialect, polled by the built daemon over TCP and over a serial line.
@Suite("HJ 212 stations with an address", .timeLimit(.minutes(1)))
struct HJ212StationTests {
    @Test(
        "each station is polled, its values arrive, and a silent one is an alarm that holds up nobody",
        arguments: [false, true])
    func polled(onSerialLine: Bool) throws {
        let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Peers/hj212_stations.py")
        let peer = try ChildProcess(
            python, [script.path, "--stations", "1,2"] + (onSerialLine ? ["--terminal"] : []))
        func events(_ kind: String) -> [[String: Any]] {
            peer.output.split(separator: "\n").compactMap { line in
                let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return object?["event"] as? String == kind ? object : nil
            }
        }
        #expect(eventually { !peer.output.isEmpty }, "\(peer.errors)")
        let transport =
            onSerialLine
            ? "serial: { path: \(try #require(events("terminal").first?["path"] as? String)), baud: 9600 }"
            : "connect: 127.0.0.1:\(try #require(events("listening").first?["port"] as? Int))"

        let directory = TemporaryDirectory()
        let broker = try Broker()
        let subscriber = try Subscriber(port: broker.port)
        let stations = [1, 2, 3].map { "  - { id: so2-\($0), \(transport), station: \($0), poll: 500ms }" }
        let factors = [1, 2, 3].map {
            "      - { code: a2102\($0), from: so2-\($0).a21026 }"
        }
        let configuration = """
            gateway: { id: plant-01, data_directory: \(directory.file("data")), realtime_interval: 1s, language: en }
            uplinks: [ { id: province, mqtt: { url: "\(broker.url)" }, history_delay: 0s } ]
            instruments:
            \(stations.joined(separator: "\n"))
            outlets:
              - id: stack-1
                st: "31"
                factors:
            \(factors.joined(separator: "\n"))
                  - { code: a34013, from: so2-2.02-CurrZero }
            alarms: { instrument_gap: 5s }
            """
        try configuration.write(toFile: directory.file("gateway.yaml"), atomically: true, encoding: .utf8)
        let daemon = try Program.start(["run", "--config", directory.file("gateway.yaml")])
        try #require(eventually { daemon.errors.contains("gateway started") || !daemon.isRunning })
        try #require(daemon.isRunning, "\(daemon.errors)")
        let arrived = eventually {
            subscriber.messages.contains {
                $0.topic.hasSuffix("/realtime") && $0.payload.contains(#""a21021":{"Rtd":1.5,"Flag":"N"}"#)
                    && $0.payload.contains(#""a21022":{"Rtd":2.5,"Flag":"N"}"#)
                    && $0.payload.contains(#""a34013":{"Rtd":0.2"#)
            }
        }
        #expect(arrived, "\(daemon.errors)")
        #expect(eventually { daemon.errors.contains("instrument does not answer instrument=so2-3") })
        #expect(
            eventually {
                subscriber.messages.contains { $0.payload.contains(#""rule":"D1""#) && $0.payload.contains("so2-3") }
            })
        #expect(events("asked").allSatisfy { $0["good"] as? Bool == true })
        let asked = Set(events("asked").compactMap { $0["station"] as? Int })
        #expect(asked == [1, 2, 3])
    }
}
