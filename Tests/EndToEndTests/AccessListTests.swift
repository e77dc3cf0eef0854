import Foundation
import Glibc
import TestSupport
import Testing

@testable import Gatewayd

/// What `examples/platform/mosquitto.acl` lets a gateway and a platform do, by a broker that has it.
@Suite("The access list of the examples", .timeLimit(.minutes(2)))
struct AccessListTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../examples/platform/mosquitto.acl").standardizedFileURL.path

    private func login(_ broker: Broker, _ user: String, version: String = "5") -> [String] {
        ["-h", "127.0.0.1", "-p", "\(broker.port)", "-V", version, "-u", user, "-P", "x", "-q", "1"]
    }

    /// Publishes as `user`; whether the broker took it.
    private func publish(_ broker: Broker, as user: String, _ topic: String, _ payload: String) throws -> Bool {
        let client = try ChildProcess("mosquitto_pub", login(broker, user) + ["-t", topic, "-m", payload])
        client.wait()
        return !client.errors.contains("Not authorized")
    }

    /// Everything that `user` gets to hear, once it listens.
    private func listener(_ broker: Broker, _ user: String) throws -> ChildProcess {
        let session =
            login(broker, user, version: "311") + [
                "-i", "listener-\(user)", "-c", "-t", "#", "-t", "cems/#",
            ]
        _ = try ChildProcess("mosquitto_sub", session + ["-E"]).wait()
        return try ChildProcess("mosquitto_sub", session + ["-F", "%t %p"])
    }

    @Test("R07: a gateway publishes on its own topics alone and hears its own commands; a platform forges no records")
    func rights() throws {
        let fixture = try UplinkFixture(broker: ["acl_file \(Self.file)"])
        let broker = fixture.broker
        let platform = try listener(broker, "platform")
        let other = try listener(broker, "plant-02")
        defer { for process in [platform, other] { process.signal(SIGKILL) } }
        var configuration = fixture.configuration()
        configuration.mqtt.username = "plant-01"
        configuration.mqtt.passwordFile = try fixture.secrets.write("x", to: "password")
        let runner = fixture.start(configuration)
        fixture.append(30)
        runner.publishRetained(topicSuffix: "alarms", payload: Array("[]".utf8))
        runner.publish(topicSuffix: "reply", payload: Array("answer".utf8))
        #expect(eventually { fixture.isSettled() && platform.output.contains("cems/v1/plant-01/reply answer") })
        #expect(eventually { platform.output.contains("cems/v1/plant-01/alarms []") })
        #expect(fixture.runner?.statistics.refusedTotal == 0)

        for branch in ["live/s/minute", "history/s/minute", "status", "alarms", "reply", "command"] {
            #expect(try !publish(broker, as: "plant-02", "cems/v1/plant-01/\(branch)", "forged"), "\(branch)")
        }
        #expect(try !publish(broker, as: "plant-02", "cems/v1/plant-02/command", "forged"))
        #expect(try !publish(broker, as: "plant-02", "elsewhere", "forged"))
        #expect(try !publish(broker, as: "platform", "cems/v1/plant-01/live/s/minute", "forged"))
        // Nor by its will: it is connected when it hears what it says itself.
        let dying = try ChildProcess(
            "mosquitto_sub",
            login(broker, "plant-02") + [
                "-t", "cems/v1/plant-02/command", "--will-topic", "cems/v1/plant-01/status", "--will-payload", "forged",
            ])
        #expect(try publish(broker, as: "platform", "cems/v1/plant-02/command", "two"))
        #expect(
            try eventually {
                if dying.output.contains("two") { return true }
                return try !publish(broker, as: "platform", "cems/v1/plant-02/command", "two")
            })
        dying.signal(SIGKILL)
        #expect(try publish(broker, as: "platform", "cems/v1/plant-01/command", "one"))
        #expect(try publish(broker, as: "plant-02", "cems/v1/plant-02/live/s/minute", "own"))
        #expect(eventually { fixture.events.messages("command") == [Array("one".utf8)] })
        #expect(eventually { platform.output.contains("cems/v1/plant-02/live/s/minute own") })
        #expect(eventually { other.output.contains("\n") })
        #expect(Set(other.output.split(separator: "\n")) == ["cems/v1/plant-02/command two"])
        #expect(!platform.output.contains("forged"))
        fixture.stop()
    }
}
