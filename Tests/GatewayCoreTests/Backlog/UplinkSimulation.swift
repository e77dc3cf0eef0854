import Telemetry
import TestSupport

@testable import GatewayCore

/// A journal, a client library and a broker as plain values around one machine, on a clock moved by hand.
///
/// It does what the machine says, as the program would, and keeps the truth beside it: which records exist, which are
/// carried, and which the broker acknowledged.
final class UplinkSimulation {
    var machine: UplinkMachine
    var now = Uptime(nanoseconds: 1_000_000_000)
    var head: Int64 = 0
    /// Records of kinds that the uplink carries; the other numbers are someone else's.
    var carried: Set<Int64> = []
    /// Handed to the client library and not acknowledged, in order.
    var library: [Int64] = []
    var acknowledged: Set<Int64> = []
    var published: [(sequence: Int64, lane: UplinkLane, at: Uptime)] = []
    var steps: [UplinkStep] = []
    /// Records that the operator was told of.
    var told: [Int64] { notices.map(\.numbers.lowerBound) }
    var notices: [SetAsideNotice] = []
    var greatestInFlight = 0
    let settings: UplinkMachineSettings

    init(
        _ settings: UplinkMachineSettings, head: Int64 = 0, ledger: BacklogLedger = BacklogLedger(), told: String = "",
        seed: UInt64 = 1
    ) {
        self.settings = settings
        machine = UplinkMachine(settings: settings, ledger: ledger, head: head, told: told, seed: seed, at: now)
        commit(head)
    }

    /// Adds `count` records, all carried unless `carrying` says otherwise.
    func commit(_ count: Int64, carrying: (Int64) -> Bool = { _ in true }) {
        for sequence in head..<(head + count) where carrying(sequence + 1) { carried.insert(sequence + 1) }
        head += count
        machine.committed(through: head)
    }

    /// Asks the machine once.
    func next() -> UplinkStep { machine.next(at: now) }

    /// Performs steps until the machine waits or wants a connection changed; returns that step.
    @discardableResult
    func run() -> UplinkStep {
        while true {
            let step = machine.next(at: now)
            steps.append(step)
            guard case .read(let request) = step else {
                if case .renew = step {
                    library = []
                    continue
                }
                if case .tell(let notice) = step {
                    notices.append(notice)
                    continue
                }
                return step
            }
            let found = (request.after + 1...request.through).lazy.filter(carried.contains)
            let rows = Array(found.prefix(request.limit))
            let through = rows.count == request.limit ? rows.last ?? request.through : request.through
            machine.read(request, rows: rows, through: through, at: now)
            library += rows
            published += rows.map { ($0, request.lane, now) }
            greatestInFlight = max(greatestInFlight, library.count)
        }
    }

    func connect() {
        while run() != .connect { advanceToWait() }
        machine.connected(at: now)
    }

    func disconnect() {
        machine.disconnected(at: now)
    }

    func acknowledge(_ count: Int = .max) {
        for sequence in library.prefix(count) {
            machine.acknowledged(sequence, at: now)
            acknowledged.insert(sequence)
        }
        library.removeFirst(min(count, library.count))
    }

    func advance(_ duration: Duration) { now = now + duration }

    /// Moves the clock to what the machine waits for, if that is a time.
    func advanceToWait() {
        if case .wait(let moment) = machine.next(at: now), moment != .never { now = max(now, moment) }
    }

    /// Runs with immediate acknowledgements until nothing is owed; false when that never happens.
    func drain(limit: Int = 100_000) -> Bool {
        for _ in 0..<limit {
            if case .connect = run() { machine.connected(at: now) }
            acknowledge()
            if acknowledged.count == carried.count { return true }
            advanceToWait()
        }
        return false
    }
}

extension UplinkMachineSettings {
    static let plain = UplinkMachineSettings(
        window: 20, historyRate: 500, historyDelay: .seconds(5), reconnectLimit: .seconds(5))
}
