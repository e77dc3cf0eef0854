import CLinux
import Glibc
import Synchronization
import Telemetry

/// A wish of the operator or the service manager that comes as a signal.
package enum ProcessSignal: Int32, CaseIterable, Sendable {
    /// SIGHUP
    case hangUp = 1
    /// SIGINT, Ctrl-C
    case interrupt = 2
    /// SIGTERM
    case terminate = 15
}

/// Receives signals on a thread of its own, where anything may be done, unlike in a handler.
///
/// To be made first thing in the program: threads that exist before would still be ended by a signal.
@safe
package final class SignalListener: Sendable {
    private let wake = WakeDescriptor()
    private let isStopping = Atomic(false)
    private let thread = Mutex<NamedThread?>(nil)

    /// Holds `signals` back from every thread started later, ignores SIGPIPE (a write to a closed pipe becomes an error),
    /// and calls `received` for each signal, on the thread `signals`. Other signals do what they always do.
    package init(
        _ signals: [ProcessSignal] = ProcessSignal.allCases, _ received: @escaping @Sendable (ProcessSignal) -> Void
    ) throws(SystemError) {
        let numbers = signals.map(\.rawValue)
        _ = unsafe gw_block_signals(numbers, Int32(numbers.count))
        _ = signal(SIGPIPE, SIG_IGN)
        let raw = unsafe gw_signal_descriptor(numbers, Int32(numbers.count))
        guard raw >= 0 else { throw SystemError("listen for signals", code: -raw) }
        thread.withLock { thread in
            thread = NamedThread("signals") { [self] in
                listen(at: FileDescriptor(owning: raw), received)
            }
        }
    }

    /// Ends the thread; signals that come later stay held back.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
        wake.wake()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    /// Delivers `signal` as if it had come from outside.
    package func deliver(_ signal: ProcessSignal) {
        thread.withLock { $0?.deliver(signal: signal.rawValue) }
    }

    private func listen(at descriptor: consuming FileDescriptor, _ received: (ProcessSignal) -> Void) {
        while !isStopping.load(ordering: .relaxed) {
            var entries = [
                pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.raw, events: Int16(POLLIN), revents: 0),
            ]
            _ = unsafe poll(&entries, nfds_t(entries.count), -1)
            while let signal = ProcessSignal(rawValue: gw_next_signal(descriptor.raw)) { received(signal) }
        }
    }
}
