import Glibc
import HostSystem
import Synchronization
import Telemetry

/// An instrument at a pseudo-terminal of its own, served by the thread `terminal`.
@safe
final class TerminalInstrument: Sendable {
    private let terminal: PseudoTerminal
    private let machine: Mutex<InstrumentMachine>
    private let say: (@Sendable (String) -> Void)?
    private let wake = WakeDescriptor()
    private let isStopping = StopFlag()
    private let thread = Mutex<NamedThread?>(nil)

    init(_ machine: InstrumentMachine, say: (@Sendable (String) -> Void)?) throws(SystemError) {
        var machine = machine
        machine.wire.isLogging = say != nil
        self.machine = Mutex(machine)
        self.say = say
        terminal = try PseudoTerminal()
    }

    /// The device file that a gateway opens as its serial port.
    var path: String { terminal.path }

    var summary: [String] { machine.withLock { $0.summary } }

    func start() {
        thread.withLock { $0 = NamedThread("terminal") { [self] in serve() } }
    }

    func stop() {
        isStopping.set()
        wake.wake()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    private func serve() {
        let pace = machine.withLock { $0.pace }
        var buffer = [UInt8](repeating: 0, count: 1_024)
        while !isStopping.isSet {
            var entries = [
                pollfd(fd: wake.raw, events: Int16(POLLIN), revents: 0),
                pollfd(fd: terminal.near.raw, events: Int16(POLLIN), revents: 0),
            ]
            _ = unsafe poll(&entries, 2, pollTimeout(until: SystemClock.uptime + pace))
            let count = retryingOnInterrupt { unsafe read(terminal.near.raw, &buffer, buffer.count) }
            step(buffer.prefix(max(0, count)))
        }
    }

    private func step(_ bytes: ArraySlice<UInt8>) {
        let time = PeerTime(SystemClock.uptime, SystemClock.wall)
        let (writes, log) = machine.withLock { machine in
            if !bytes.isEmpty { machine.receive(bytes, at: time) }
            machine.tick(at: time)
            return (machine.wire.takeDue(at: time.now).writes, machine.wire.takeLog())
        }
        for text in log { say?(text) }
        // What a full line does not take is lost, as on a wire.
        for bytes in writes { _ = retryingOnInterrupt { unsafe write(terminal.near.raw, bytes, bytes.count) } }
    }
}
