import HostSystem
import ModbusLink
import Protocol
import Synchronization
import Telemetry

/// A read that somebody at the control socket asks for, done by the bus's own thread between two polls.
final class GuestRead: Sendable {
    enum Outcome: Sendable {
        /// Registers, or 0 and 1 for bits.
        case words([UInt16])
        case failed(BilingualText)
    }

    let unit: UInt8
    let request: ReadRequest
    /// Nobody waits for the answer any more.
    let deadline: Uptime
    private let state = Mutex<Outcome?>(nil)

    init(unit: UInt8, _ request: ReadRequest, until deadline: Uptime) {
        self.unit = unit
        self.request = request
        self.deadline = deadline
    }

    /// Nil: not done yet.
    var outcome: Outcome? { state.withLock { $0 } }

    func end(_ outcome: Outcome) { state.withLock { $0 = $0 ?? outcome } }
}

/// The reads that wait for one bus.
final class GuestReads: Sendable {
    private static let most = 8
    private let waiting = Mutex<[GuestRead]>([])

    /// False: too many wait.
    func add(_ read: GuestRead) -> Bool {
        waiting.withLock { waiting in
            guard waiting.count < Self.most else { return false }
            waiting.append(read)
            return true
        }
    }

    var isEmpty: Bool { waiting.withLock { $0.isEmpty } }

    /// The next one that somebody still waits for.
    func next(at now: Uptime) -> GuestRead? {
        waiting.withLock { waiting in
            waiting.removeAll { $0.deadline <= now }
            return waiting.isEmpty ? nil : waiting.removeFirst()
        }
    }
}
