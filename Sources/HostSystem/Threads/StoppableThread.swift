import Synchronization
package import Telemetry

/// A thread that can be asked to end and waited for, but not for ever: what it calls may block.
package final class StoppableThread: Sendable {
    private let name: String
    /// Until it is started, so that the owner of this thread may be what the body works on.
    private let body: Mutex<(@Sendable (StopFlag) -> Void)?>
    private let stopping = StopFlag()
    private let ended = StopFlag()

    /// `body` runs once ``start()`` is called and returns soon after its flag is set.
    package init(_ name: String, _ body: @escaping @Sendable (StopFlag) -> Void) {
        self.name = name
        self.body = Mutex(body)
    }

    package func start() {
        guard let body = body.withLock({ $0.take() }) else { preconditionFailure("thread \(name) is started once") }
        _ = NamedThread(name) { [stopping, ended] in
            body(stopping)
            ended.set()
        }
    }

    package func requestStop() { stopping.set() }

    /// False: it has not ended by `deadline`. Threads that were never started must not be waited for.
    package func waitForEnd(until deadline: Uptime) -> Bool { ended.wait(until: deadline) }
}
