import HostSystem
import MQTTUplink
import PlantSimulator
import Synchronization
import Telemetry

/// One thread with its share of the fleet, behind one `poll(2)`.
final class FleetGroup: Sendable {
    /// What the fleet does, one after the other.
    enum Phase: Equatable, Sendable {
        case connecting
        /// Records fall due from this moment on.
        case publishing(from: Uptime)
        /// No new records; what is in flight is waited for.
        case draining
        case leaving
    }

    private struct State {
        var phase = Phase.connecting
        var counts = FleetCounts()
        var owesNothing = false
        var failure: MQTTError?
    }

    private let options: FleetOptions
    private let index: Int
    private let start: Uptime
    private let state = Mutex(State())
    private let wake = WakeDescriptor()
    /// Set when the thread is done.
    private let ended = StopFlag()

    /// A round is not begun sooner after the last one, so that a busy fleet is served in bundles.
    private static let round = Duration.milliseconds(2)

    /// The part `index` of the fleet; gateways begin to connect at `start`.
    init(_ options: FleetOptions, index: Int, from start: Uptime) {
        self.options = options
        self.index = index
        self.start = start
        _ = NamedThread("fleet-\(index)") { [self] in
            do throws(MQTTError) {
                try run()
            } catch {
                state.withLock { $0.failure = error }
            }
            ended.set()
        }
    }

    var counts: FleetCounts { state.withLock { $0.counts } }
    var owesNothing: Bool { state.withLock { $0.owesNothing } }
    /// Why the thread could not even begin.
    var failure: MQTTError? { state.withLock { $0.failure } }

    func enter(_ phase: Phase) {
        state.withLock { $0.phase = phase }
        wake.wake()
    }

    func waitForEnd(until deadline: Uptime) -> Bool { ended.wait(until: deadline) }

    private func run() throws(MQTTError) {
        var pace = ConnectPace(
            from: start, gap: .nanoseconds(1_000_000_000 * Int64(options.threads) / Int64(options.connectRate)))
        var gateways: [FleetGateway] = []
        for number in stride(from: index + 1, through: options.size, by: options.threads) {
            gateways.append(try FleetGateway(number, options, connectAt: pace.next(notBefore: start)))
        }
        var counts = FleetCounts()
        var phase = Phase.connecting
        var set = PollSet()
        while phase != .leaving || gateways.contains(where: { $0.interest.descriptor >= 0 }) {
            let wanted = state.withLock { state in
                state.counts = counts
                state.owesNothing = gateways.allSatisfy(\.owesNothing)
                return state.phase
            }
            if wanted != phase {
                phase = wanted
                begin(phase, gateways)
            }
            serve(gateways, &set, &pace, &counts)
        }
        state.withLock { $0.counts = counts }
    }

    private func begin(_ phase: Phase, _ gateways: [FleetGateway]) {
        for gateway in gateways {
            switch phase {
            case .connecting: break
            case .publishing(let start): gateway.begin(options, from: start)
            case .draining: gateway.finish()
            case .leaving: gateway.leave()
            }
        }
    }

    private func serve(
        _ gateways: [FleetGateway], _ set: inout PollSet, _ pace: inout ConnectPace, _ counts: inout FleetCounts
    ) {
        let now = SystemClock.uptime
        var next = now + .milliseconds(500)
        set.removeAll()
        set.add(wake.raw)
        for gateway in gateways {
            gateway.tick(at: now, &counts)
            next = min(next, gateway.next)
            let interest = gateway.interest
            set.add(interest.descriptor, wantsWrite: interest.wantsWrite)
        }
        set.wait(until: max(next, now + Self.round))
        if set[0].canRead { wake.clear() }
        let moment = SystemClock.uptime
        for (place, gateway) in gateways.enumerated() {
            gateway.service(set[place + 1], at: moment, pace: &pace, &counts)
        }
    }
}
