import Foundation
import Glibc
import TestSupport
import Testing

/// A gateway with four instruments that are silent, and a program that is told of that and waits for a word each time.
private final class ActionReloadSite {
    static let limit = Duration.seconds(10)

    let directory = TemporaryDirectory()
    let daemon: ChildProcess
    private let action: String
    private var text: String

    init() throws {
        let script = try directory.write(
            """
            #!/bin/sh
            cd \(directory.path)
            echo "begin $GATEWAYD_ALARM_ID $WORD" >> told
            while [ ! -e go ]; do sleep 0.02; done
            echo "end $GATEWAYD_ALARM_ID $WORD" >> told
            """, to: "tell.sh")
        chmod(script, 0o755)
        action =
            "    - { id: duty, exec: [\(script)], rules: [D1], gap: 100ms, timeout: 20s, environment: { WORD: old } }\n"
        text = """
            gateway: { id: g, data_directory: data, language: en }
            instruments:
              - { id: m1, listen: "127.0.0.1:\(freePort())" }
              - { id: m2, listen: "127.0.0.1:\(freePort())" }
              - { id: m3, listen: "127.0.0.1:\(freePort())" }
              - { id: m4, listen: "127.0.0.1:\(freePort())" }
            alarms:
              instrument_gap: 1s
              actions:

            """ + action + "    - { id: other, exec: [\(script)], rules: [L1] }\n"
        let configuration = try directory.write(text, to: "gateway.yaml")
        daemon = try Program.start(["run", "--config", configuration])
        let daemon = daemon
        // One call runs and three wait.
        #expect(
            eventually { daemon.errors.components(separatedBy: "rule=D1").count > 4 && told.count == 1 },
            "\(daemon.errors)")
    }

    deinit {
        letGo()
        daemon.signal(SIGTERM)
        daemon.wait()
    }

    /// Has the program end from now on.
    func letGo() { _ = try? directory.write("", to: "go") }

    func change(_ old: String, to new: String) throws {
        try #require(text.contains(old), "\(text)")
        text = text.replacingOccurrences(of: old, with: new)
        try directory.write(text, to: "gateway.yaml")
        let result = try Program.run(["reload", "--config", directory.file("gateway.yaml")])
        #expect(result.code == 0, "\(result.errors)")
    }

    func removeAction() throws { try change(action, to: "") }

    /// What the program has told so far.
    var told: [String] {
        let text = try? String(contentsOfFile: directory.file("told"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    /// Outcomes of calls by alarm, as they are in the journal.
    func outcomes() throws -> [String: [String]] {
        let export = ["journal", "export", "--config", directory.file("gateway.yaml"), "--kinds", "audit"]
        let matches = try Program.run(export).output
            .matches(of: /"event":\{"name":"action","action":"duty","alarm":"([^"]+)".*?"outcome":"([^"]+)"/)
        return Dictionary(grouping: matches, by: { String($0.1) }).mapValues { $0.map { String($0.2) } }
    }
}

@Suite("Actions while the configuration is read again", .timeLimit(.minutes(1)))
struct ActionReloadTests {
    @Test(
        "R06: a changed action goes on: the call that runs ends under the old settings, those that wait run under the new"
    )
    func change() throws {
        let site = try ActionReloadSite()
        try site.change("timeout: 20s, environment: { WORD: old }", to: "timeout: 21s, environment: { WORD: new }")
        #expect(site.told.count == 1)
        site.letGo()
        #expect(try eventually(within: ActionReloadSite.limit) { try site.outcomes().count == 4 })
        let outcomes = try site.outcomes()
        #expect(outcomes.values.allSatisfy { $0 == ["exit 0"] }, "\(outcomes)")
        let ends = site.told.filter { $0.hasPrefix("end ") }
        #expect(ends.count == 4 && Set(ends).count == 4, "\(site.told)")
        #expect(ends.map { $0.suffix(3) } == ["old", "new", "new", "new"], "\(site.told)")
    }

    @Test("of an action that is removed the call that runs may end, and those that wait are audited as dropped")
    func removal() throws {
        let site = try ActionReloadSite()
        try site.removeAction()
        #expect(try eventually(within: ActionReloadSite.limit) { try site.outcomes().count == 3 })
        #expect(try site.outcomes().values.allSatisfy { $0 == ["dropped, the action is removed"] })
        #expect(site.told.count == 1)
        site.letGo()
        #expect(try eventually(within: ActionReloadSite.limit) { try site.outcomes().count == 4 })
        let outcomes = try site.outcomes()
        #expect(outcomes.values.count { $0 == ["exit 0"] } == 1, "\(outcomes)")
        #expect(site.told.count == 2)
    }

    @Test("when the gateway stops, the program of a removed action ends too, and what waits is audited as dropped")
    func stop() throws {
        let site = try ActionReloadSite()
        // Its queue goes on in the other call; both end with the gateway.
        try site.change("timeout: 20s", to: "timeout: 21s")
        site.daemon.signal(SIGTERM)
        site.daemon.wait()
        let outcomes = try site.outcomes().values.flatMap { $0 }.sorted()
        let dropped = [String](repeating: "dropped, the gateway stops", count: 3)
        #expect(outcomes == dropped + ["killed, the gateway stops"], "\(outcomes)")

        let removed = try ActionReloadSite()
        try removed.removeAction()
        removed.daemon.signal(SIGTERM)
        #expect(removed.daemon.wait() == 0)
        #expect(try removed.outcomes().values.count { $0 == ["killed, the gateway stops"] } == 1)
    }
}
