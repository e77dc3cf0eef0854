import Foundation
import Glibc
import TestSupport
import Testing

/// The daemon and the simulator against a peer that was written from the standard's description in another language.
///
/// Of the daemon this covers uploads with damage between them; what it asks of an instrument: ``HJ212HostTests``.
@Suite("With an independent HJ 212 peer", .timeLimit(.minutes(2)))
struct InteroperationTests {
    private static let mn = "010000A8900016F000169DC0"
    private static let key = "0000000000000000"

    // MARK: The daemon

    /// A gateway with one instrument, a broker and a subscriber.
    private final class Site {
        let directory = TemporaryDirectory()
        let port = freePort()
        let subscriber: Subscriber
        private let broker: Broker
        private let daemon: ChildProcess

        init() throws {
            broker = try Broker()
            subscriber = try Subscriber(port: broker.port)
            let configuration = try directory.write(
                """
                gateway: { id: g, data_directory: \(directory.file("data")), realtime_interval: 1s }
                uplinks:
                  - id: province
                    mqtt: { url: "\(broker.url)" }
                instruments:
                  - { id: cod, listen: "127.0.0.1:\(port)", mn: "\(mn)" }
                outlets:
                  - id: water
                    st: "32"
                    factors:
                      - { code: w01018, from: cod.w01018 }
                      - { code: w21003, from: cod.w21003 }

                """, to: "gateway.yaml")
            daemon = try Program.start(["run", "--config", configuration])
            #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        }

        /// What realtime records said of `factor`.
        func realtime(_ factor: String) -> [Double] {
            subscriber.messages.filter { $0.topic.hasSuffix("/realtime") }.compactMap { message in
                let record = try? JSONSerialization.jsonObject(with: Data(message.payload.utf8)) as? [String: Any]
                let data = record?["data"] as? [String: [String: Any]]
                return data?[factor]?["Rtd"] as? Double
            }
        }
    }

    @Test(
        "every upload of an instrument is acknowledged and its values arrive in records, with damage between or without",
        arguments: ["2005", "2017", "2025"], [false, true])
    func daemon(edition: String, isDamaged: Bool) throws {
        let site = try Site()
        let count = 10
        let instrument = try IndependentPeer(
            ["instrument", "--connect", "\(site.port)", "--mn", Self.mn, "--edition", edition, "--count", "\(count)"]
                + ["--interval", "0.6"] + (isDamaged ? ["--bad"] : []))
        #expect(eventually { !instrument.isRunning }, "\(instrument.report)")
        let sent = instrument.events("sent").compactMap(\.qn)
        #expect(sent.count == count + 2)
        #expect(Set(instrument.events("acknowledged").compactMap(\.qn)) == Set(sent), "\(instrument.report)")
        #expect(instrument.events("given up").isEmpty)
        // Behind a length that is too great a frame may have to wait, and is then sent again, but is not lost.
        #expect(isDamaged || instrument.events("repeated").isEmpty, "\(instrument.report)")
        #expect(instrument.events("done").first?.uploads == count + 2)
        // A record a second takes the newest value; a length that is too great may hold several back for a while.
        #expect(eventually { Set(site.realtime("w01018")).count >= 3 })
        #expect(eventually { site.realtime("w21003").contains { $0 > 1.02 } })
        let allowed = Set((0..<count).map { 20 + Double($0) })
        #expect(Set(site.realtime("w01018")).isSubset(of: allowed), "\(site.realtime("w01018"))")
    }

    // MARK: The simulator

    /// A key file in `directory`.
    private func keyFile(in directory: TemporaryDirectory) throws -> String {
        try directory.write(Self.key + "\n", to: "key")
    }

    @Test("a simulated instrument is understood and answers", arguments: ["2005", "2017", "2025"])
    func simulatedInstrument(edition: String) throws {
        try simulateInstrument(edition, key: false)
    }

    @Test(
        "a simulated instrument's ciphertext is decrypted",
        .enabled(if: IndependentPeer.knowsSM4, "needs Python with gmssl: scripts/setup.sh test"))
    func simulatedInstrumentEncrypts() throws {
        try simulateInstrument("2025", key: true)
    }

    private func simulateInstrument(_ edition: String, key: Bool) throws {
        let directory = TemporaryDirectory()
        let port = freePort()
        let questions = [
            "1011", "1061", "1062:RtdInterval=1", "2061:BeginTime=20200101000000;EndTime=20991231000000", "3999",
        ]
        let host = try IndependentPeer(
            ["host", "--listen", "\(port)"] + questions.flatMap { ["--ask", $0] } + (key ? ["--key", Self.key] : []))
        let instrument = try Program.start(
            [
                "simulate", "--instrument", "--edition", edition, "--mn", Self.mn, "--st", "32", "--connect",
                "127.0.0.1:\(port)",
            ]
                + ["--interval", "200ms", "--factors", "w01018,w21003", "--past", "200"]
                + (key ? ["--key", try keyFile(in: directory)] : []))
        // The last question is refused, after all others were carried out.
        #expect(
            eventually { host.events("received").filter { $0.cn == "9011" }.count == questions.count }, "\(host.report)"
        )
        let received = host.events("received")
        #expect(received.filter { $0.cn == "9012" }.count == 4)
        #expect(received.contains { $0.cn == "1011" && $0.body?.contains("SystemTime=20") == true })
        let hours = received.filter { $0.cn == "2061" }
        #expect(hours.count >= 2 && hours.allSatisfy { $0.body?.contains("w01018-Avg=") == true })
        #expect(received.filter { $0.cn?.hasPrefix("2") == true }.allSatisfy { $0.encrypted == key })
        #expect(host.events("dropped").isEmpty)
        instrument.signal(SIGINT)
        #expect(instrument.wait() == 0)
        #expect(instrument.output.contains("0 given up"), "\(instrument.output)")
        #expect(!instrument.output.contains("123456") && !instrument.output.contains(Self.key))
    }

    @Test("a simulated centre counts what an instrument sent", arguments: ["2005", "2017", "2025"])
    func simulatedCentre(edition: String) throws {
        try simulateCentre(edition, key: false)
    }

    @Test(
        "a simulated centre decrypts what an instrument sent",
        .enabled(if: IndependentPeer.knowsSM4, "needs Python with gmssl: scripts/setup.sh test"))
    func simulatedCentreDecrypts() throws {
        try simulateCentre("2025", key: true)
    }

    private func simulateCentre(_ edition: String, key: Bool) throws {
        let directory = TemporaryDirectory()
        let port = freePort()
        let centre = try Program.start(
            ["simulate", "--centre", "--listen", "127.0.0.1:\(port)", "--request", "1011", "--request", "1012@1"]
                + (key ? ["--key-file", try keyFile(in: directory)] : []))
        #expect(eventually { centre.output.contains("listens on port \(port)") }, "\(centre.errors)")
        let instrument = try IndependentPeer(
            ["instrument", "--connect", "\(port)", "--mn", Self.mn, "--edition", edition, "--count", "6", "--bad"]
                + ["--linger", "2"] + (key ? ["--key", Self.key] : []))
        #expect(eventually { !instrument.isRunning }, "\(instrument.report)")
        #expect(Set(instrument.events("request").compactMap(\.cn)) == ["1011", "1012"])
        centre.signal(SIGINT)
        #expect(centre.wait() == 0)
        // Six realtime frames, a minute and an hour; what was bad counts for another field machine or for none.
        #expect(
            centre.output.contains("field machine \(Self.mn): 8 records (2011: 6, 2051: 1, 2061: 1), "),
            "\(centre.output)")
        #expect(centre.output.contains("\(key ? 8 : 0) encrypted"))
        #expect(centre.output.contains("2 requests carried out, 0 not"))
    }
}
