import Foundation
import TestSupport
import Testing

/// Rule M1 in the daemon, with the simulated instrument: it answers for parameters, with 0 until they are set.
@Suite("Registered parameters of an instrument", .timeLimit(.minutes(1)))
struct InstrumentParameterTests {
    @Test("the gateway asks for registered parameters, and tells those that differ, also after an order")
    func parameters() throws {
        let directory = TemporaryDirectory()
        let port = freePort()
        let broker = try Broker()
        let subscriber = try Subscriber(port: broker.port)
        let configuration = try directory.write(
            """
            gateway: { id: g, data_directory: \(directory.file("data")), realtime_interval: 1s, language: en }
            uplinks: [ { id: province, mqtt: { url: "\(broker.url)" } } ]
            instruments:
              - id: cod
                listen: "127.0.0.1:\(port)"
                mn: "88"
                registered:
                  - { info: i13008, factor: w01018, value: 0 }
                  - { info: i13004, value: 168 }
            outlets:
              - { id: water, st: "32", factors: [ { code: w01018, from: cod.w01018 } ] }

            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        let instrument = try Program.start([
            "simulate", "--instrument", "--edition", "2017", "--mn", "88", "--st", "32", "--connect",
            "127.0.0.1:\(port)", "--interval", "200ms", "--factors", "w01018",
        ])
        func told() -> [String] {
            subscriber.messages.filter { $0.topic.hasSuffix("/alarm") }.compactMap { message in
                let record = try? JSONSerialization.jsonObject(with: Data(message.payload.utf8)) as? [String: Any]
                let alarm = record?["alarm"] as? [String: Any]
                return alarm?["rule"] as? String == "M1" ? alarm?["message"] as? String : nil
            }
        }
        #expect(eventually { told() == ["cod i13004 is 0, registered is 168"] }, "\(told()) \(instrument.output)")
        func order(_ words: String...) throws {
            let ended = try Program.run(["order", "cod"] + words + ["--config", configuration])
            #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        }
        try order("set-info", "info=i13008", "value=1.2", "factor=w01018")
        #expect(told().count == 1)
        try order("read-info", "info=i13008", "factor=w01018")
        #expect(eventually { told().last?.hasSuffix("i13008 is 1.2, registered is 0") == true }, "\(told())")
        #expect(told().count == 2)
    }
}
