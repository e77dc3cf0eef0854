import Foundation
import Glibc
import Protocol
import Synchronization
import TelemetryStore
import TestSupport

@testable import GatewayCore
@testable import Gatewayd

/// A journal, a broker, an uplink between them and a platform that listens with a program of its own.
final class UplinkFixture {
    let directory: TemporaryDirectory
    let broker: Broker
    let journal: Journal
    let events = EventLog()
    let secrets = TemporaryDirectory()
    /// Where the uplink goes in place of ``broker``.
    var port: UInt16?
    private(set) var runner: UplinkRunner?
    /// Records of ``append(_:outlet:)`` so far.
    private(set) var appended = 0

    init(
        in directory: TemporaryDirectory = TemporaryDirectory(), broker settings: [String] = [],
        journal: JournalSettings = JournalSettings(commitInterval: .milliseconds(5))
    ) throws {
        self.directory = directory
        broker = try Broker(settings: settings)
        self.journal = try Journal(directory: directory.path, settings: journal)
    }

    func configuration(kinds: Set<RecordKind> = RecordKind.published) -> UplinkConfiguration {
        var uplink = UplinkConfiguration(
            id: "province", mqtt: MQTTSettings(host: "127.0.0.1", port: port ?? broker.port, usesTLS: false),
            kinds: kinds)
        uplink.historyDelay = .milliseconds(300)
        uplink.historyRate = 50_000
        uplink.reconnectLimit = .milliseconds(200)
        return uplink
    }

    @discardableResult
    func start(_ configuration: UplinkConfiguration? = nil) -> UplinkRunner {
        let runner = makeRunner(configuration)
        runner.start()
        return runner
    }

    /// The runner that ``stop()`` stops, not started yet.
    func makeRunner(_ configuration: UplinkConfiguration? = nil) -> UplinkRunner {
        let runner = UplinkRunner(
            configuration: configuration ?? self.configuration(), gateway: "plant-01", journal: journal,
            subscriptions: ["command"], seed: 7, observer: { [events] in events.add($0) })
        self.runner = runner
        return runner
    }

    func stop() {
        runner?.stop(deadline: .seconds(10))
        journal.flush(deadline: .seconds(10))
    }

    /// Appends `count` records of random kinds, or of `kind`.
    func append(_ count: Int, kind: RecordKind? = nil, padding: Int = 0) {
        for _ in 0..<count {
            let kind = kind ?? RecordKind.published.randomElement() ?? .raw
            journal.append(kind: kind.rawValue, lane: .ordinary, outlet: "stack-1", timestamp: 1_795_227_600_000) {
                let padding = String(repeating: "x", count: padding)
                return Array(
                    #"{"v":1,"gateway":"plant-01","seq":\#($0),"outlet":"stack-1","kind":"\#(kind.rawValue)","x":"\#(padding)"}"#
                        .utf8)
            }
        }
    }

    /// Appends one minute record with these factors.
    func append(_ factors: [String], outlet: String = "stack-1") {
        let data = factors.map { "\"\($0)\":{\"Avg\":1}" }.joined(separator: ",")
        appended += 1
        journal.append(kind: "minute", lane: .ordinary, outlet: outlet, timestamp: 0) { sequence in
            Array(
                #"{"v":1,"gateway":"plant-01","seq":\#(sequence),"outlet":"\#(outlet)","kind":"minute","data":{\#(data)}}"#
                    .utf8)
        }
    }

    func isConnected() -> Bool { runner?.statistics.isConnected == true }

    /// Nothing is owed up to the head.
    func isSettled() -> Bool {
        journal.flush(deadline: .seconds(10))
        return runner?.statistics.settledThrough == journal.committedHead && runner?.statistics.owed == 0
    }
}

/// What the uplink's thread told.
final class EventLog: Sendable {
    private let events = Mutex<[UplinkEvent]>([])

    func add(_ event: UplinkEvent) { events.withLock { $0.append(event) } }

    var summary: [String] {
        events.withLock { $0.compactMap { if case .acknowledged = $0 { nil } else { "\($0)" } } }
    }

    /// The lowest number of each notice.
    var setAside: [Int64] { notices.map(\.numbers.lowerBound) }

    var notices: [SetAsideNotice] {
        events.withLock { $0.compactMap { if case .setAside(let notice) = $0 { notice } else { nil } } }
    }

    /// Whether topics are refused, as it was told in order: `alarms: why`, `alarms: -`.
    var topics: [String] {
        events.withLock { events in
            events.compactMap { event in
                if case .topic(_, let suffix, let refusal) = event { "\(suffix): \(refusal ?? "-")" } else { nil }
            }
        }
    }

    /// Payloads of messages on the topic `suffix`.
    func messages(_ suffix: String) -> [[UInt8]] {
        events.withLock { $0.compactMap { if case .message(suffix, let payload) = $0 { payload } else { nil } } }
    }
}

/// What the platform received, by `mosquitto_sub` with a persistent session.
final class Platform {
    struct Record: Equatable {
        var lane: Substring
        var kind: Substring
        var sequence: Int64
        var previous: Int64
    }

    struct NotSubscribed: Error {}

    private let process: ChildProcess

    /// Listens to everything of the gateway, and is surely subscribed when this returns.
    init(_ broker: Broker, _ topic: String = "cems/v1/plant-01/#") throws {
        let session = [
            "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-i", "platform-\(UUID())", "-c", "-t", topic,
        ]
        guard try ChildProcess("mosquitto_sub", session + ["-E"]).wait() == 0 else { throw NotSubscribed() }
        process = try ChildProcess("mosquitto_sub", session + ["-F", "%t %r %p"])
    }

    deinit { process.signal(SIGKILL) }

    /// `topic retained payload` in the order of arrival.
    var lines: [Substring] {
        process.output.split(separator: "\n")
    }

    /// Records in the order of arrival, doubles left in.
    var records: [Record] {
        lines.compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 2)
            let topic = parts[0].split(separator: "/")
            // The last line may be half written yet.
            guard parts.count == 3, topic.count == 6, let object = Self.object(parts[2]) else { return nil }
            guard let sequence = object["seq"] as? Int64, let previous = object["prev"] as? Int64 else { return nil }
            return Record(lane: topic[3], kind: topic[5], sequence: sequence, previous: previous)
        }
    }

    func hasRecords(_ count: Int) -> Bool { Set(records.map(\.sequence)).count >= count }

    private static func object(_ text: Substring) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }
}
