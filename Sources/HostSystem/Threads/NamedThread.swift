import CLinux
import Glibc
import Synchronization

/// A thread of the operating system that may block, with a name that `top -H` and `gdb` show.
///
/// Joined at most once, with ``join()``; one that is not joined goes on until its body returns and then leaves nothing
/// behind. See ``StoppableThread`` for one that can be asked to end and waited for with a limit.
@safe
package final class NamedThread: Sendable {
    private let handle: pthread_t
    private let isJoined = Atomic(false)

    /// Starts `body` on a new thread; the first 15 bytes of `name` are shown by the system's tools.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle, nil,
            { argument in
                let body = unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                unsafe gw_set_thread_name(body.name)
                body.run()
                return nil
            }, unsafe box.toOpaque())
        precondition(code == 0, "cannot start thread \(name): \(SystemError.text(of: code))")
        self.handle = handle
    }

    /// Waits until the body has returned.
    package func join() {
        isJoined.store(true, ordering: .relaxed)
        _ = pthread_join(handle, nil)
    }

    deinit {
        if !isJoined.load(ordering: .relaxed) { _ = pthread_detach(handle) }
    }

    /// Sends the signal `number` to this thread alone. Only between start and ``join()``.
    func deliver(signal number: Int32) {
        _ = pthread_kill(handle, number)
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
