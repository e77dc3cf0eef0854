import HostSystem
import Synchronization

/// What the journal's front, its thread and its readers hold together.
final class JournalShared: Sendable {
    let state: Mutex<JournalState>
    let observers = Mutex(JournalObservers())
    /// Wakes the `store` thread.
    let wake = WakeDescriptor()
    /// Counts the files; a reader of an older one opens the new one.
    let generation = Atomic<Int>(0)

    let surroundings: JournalSurroundings

    init(state: JournalState, surroundings: JournalSurroundings = .real) {
        self.state = Mutex(state)
        self.surroundings = surroundings
    }

    func wakeWaiters() {
        for waiter in state.withLock({ $0.waiters }) { waiter.wake() }
    }

    /// Whoever urged is content, unless something came in meanwhile.
    func settle() {
        state.withLock { if !$0.hasWork { $0.isUrged = false } }
        wakeWaiters()
    }
}

/// Stands for an observer of commits, to take it away again.
package struct CommitObservation: Hashable, Sendable {
    let number: Int
}

/// Who wants to know what happens in the journal; all are called on the `store` thread and must not block.
struct JournalObservers: Sendable {
    var commit: [CommitObservation: @Sendable (Int64) -> Void] = [:]
    var lastObservation = 0
    var trouble: [@Sendable (JournalError?) -> Void] = []
    var replacement: [@Sendable (JournalLoss) -> Void] = []
    var pressure: [@Sendable (DiskPressure) -> Void] = []
    var sacrifice: [@Sendable (JournalDeletion) -> Void] = []
    /// The smallest number of a kind that somebody still needs, by the cursors.
    var oldestOwed: (@Sendable (_ kind: String, _ cursors: [String: String]) -> Int64?)?
}
