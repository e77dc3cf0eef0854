import Synchronization

/// A place for one value that is set after the object around it exists.
package final class OnceBox<Value: Sendable>: Sendable {
    private let storage = Mutex<Value?>(nil)

    package init() {}

    package var value: Value? { storage.withLock { $0 } }

    package func set(_ value: Value) {
        storage.withLock { stored in
            precondition(stored == nil, "set once")
            stored = value
        }
    }
}

/// A small number that threads share.
package final class Atomic32: Sendable {
    private let storage = Atomic<Int32>(0)

    package init() {}

    package var value: Int32 {
        get { storage.load(ordering: .acquiring) }
        set { storage.store(newValue, ordering: .releasing) }
    }
}
