import CLinux
import Glibc

/// A thread of the operating system that may block, with a name that `top -H` and `gdb` show.
///
/// It goes on until its body returns; see ``StoppableThread`` for one that can be waited for.
@safe
package final class NamedThread: Sendable {
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
        pthread_detach(handle)
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
