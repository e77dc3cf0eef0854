import GatewayCore
import HostSystem
import MQTTUplink
import PlantSimulator
import Telemetry

/// One gateway of the fleet: its session, its numbers and what it has in flight. For one thread.
final class FleetGateway {
    private enum State {
        case waiting(until: Uptime)
        case connecting(since: Uptime)
        case connected
        /// The connection was closed in order, or is being closed.
        case left
    }

    /// Publishes without an acknowledgement, as the daemon's default.
    private static let window = 20
    private static let patience = Duration.seconds(10)
    private static let online = Array(#"{"online":true,"version":"fleet"}"#.utf8)
    private static let offline = Array(#"{"online":false}"#.utf8)

    private let number: Int
    private let topics: UplinkTopics
    private let records: FleetRecords
    private var connection: MQTTConnection
    private var state: State
    private var schedule: FleetSchedule?
    private var sequence: Int64 = 0
    private var inFlight: [MQTTMessageID: Uptime] = [:]
    private var hasConnected = false
    private var serviced = Uptime.zero

    init(_ number: Int, _ options: FleetOptions, connectAt moment: Uptime) throws(MQTTError) {
        let gateway = options.gateway(number)
        self.number = number
        topics = UplinkTopics(prefix: options.topicPrefix, gateway: gateway)
        records = FleetRecords(gateway: gateway, number: number, codes: options.factors, interval: options.interval)
        connection = try MQTTConnection(options.endpoint(of: gateway, will: (topics.status, Self.offline)))
        state = .waiting(until: moment)
    }

    var hasLeft: Bool { if case .left = state { true } else { false } }
    var isConnected: Bool { if case .connected = state { true } else { false } }
    var owesNothing: Bool { inFlight.isEmpty }
    var interest: (descriptor: Int32, wantsWrite: Bool) { connection.interest }

    /// Records fall due from now on.
    func begin(_ options: FleetOptions, from start: Uptime) {
        schedule = FleetSchedule(from: start, interval: options.interval, number: number, of: options.size)
    }

    /// No further record falls due.
    func finish() { schedule = nil }

    /// Begins to connect, gives up on it, or publishes what is due.
    func tick(at now: Uptime, _ counts: inout FleetCounts) {
        switch state {
        case .waiting(let moment) where now >= moment:
            state = .connecting(since: now)
            connection.connect()
        case .connecting(let since) where now >= since + Self.patience:
            connection.giveUp()
        case .connected:
            publishDue(at: now, &counts)
        case .waiting, .connecting, .left:
            break
        }
    }

    /// The next moment at which ``tick(at:_:)`` has something to do.
    var next: Uptime {
        switch state {
        case .waiting(let moment): moment
        case .connecting(let since): since + Self.patience
        case .connected: inFlight.count < Self.window ? schedule?.due ?? .never : .never
        case .left: .never
        }
    }

    /// Sends and receives; each gateway at least once a second, so that pings go out.
    func service(
        _ readiness: PollSet.Readiness, at now: Uptime, pace: inout ConnectPace, _ counts: inout FleetCounts
    ) {
        guard readiness.isReady || now >= serviced + .seconds(1) || !isConnected else { return }
        serviced = now
        for event in connection.service(readiness) {
            switch event {
            case .connected: connected(&counts)
            case .disconnected(let error): disconnected(error, at: now, pace: &pace, &counts)
            case .refused(let id, let code):
                inFlight.removeValue(forKey: id)
                counts.note(MQTTError("publish", reason: .refused, code: code, detail: "refused with code \(code)"))
            case .acknowledged(let id):
                guard let sent = inFlight.removeValue(forKey: id) else { continue }
                counts.acknowledged += 1
                counts.latency.add(SystemClock.uptime - sent)
            case .subscribed, .message: break
            }
        }
    }

    /// Says that it goes, and goes.
    func leave() {
        if isConnected {
            _ = try? connection.publish(topic: topics.status, payload: Self.offline, retain: true)
            connection.disconnect()
        } else {
            connection.drop(MQTTError("connection", reason: .closedHere, detail: "closed"))
        }
        state = .left
    }

    private func connected(_ counts: inout FleetCounts) {
        state = .connected
        counts.connected += 1
        if hasConnected { counts.reconnects += 1 }
        hasConnected = true
        _ = try? connection.publish(topic: topics.status, payload: Self.online, retain: true)
    }

    private func disconnected(
        _ error: MQTTError, at now: Uptime, pace: inout ConnectPace, _ counts: inout FleetCounts
    ) {
        if isConnected { counts.connected -= 1 }
        guard !hasLeft else { return }
        counts.note(error)
        // Some way behind the others that lost theirs at the same moment.
        state = .waiting(until: pace.next(notBefore: now + .milliseconds(1_000 + number % 997)))
    }

    private func publishDue(at now: Uptime, _ counts: inout FleetCounts) {
        while let schedule, schedule.due <= now, inFlight.count < Self.window, isConnected {
            let isLate = schedule.isLate(at: now)
            let due = SystemClock.wall - (now - schedule.due)
            guard
                let payload = PayloadSplice.payload(
                    of: records.body(sequence: sequence + 1, at: due), previous: sequence)
            else { preconditionFailure("the encoder writes what the journal holds") }
            let topic = topics.record(isLate ? .history : .live, outlet: records.outlet, kind: records.kind.rawValue)
            do throws(MQTTError) {
                inFlight[try connection.publish(topic: topic, payload: payload)] = SystemClock.uptime
            } catch {
                return counts.note(error)
            }
            sequence += 1
            self.schedule?.published()
            counts.published += 1
            counts.bytes += payload.count
            counts.history += isLate ? 1 : 0
        }
    }
}
