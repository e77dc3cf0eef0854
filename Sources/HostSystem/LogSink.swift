import Glibc
import Synchronization
import Telemetry

/// Writes log lines to standard error, where systemd and terminals pick them up. May be used from any thread.
///
/// Every line is one `write(2)`. A reader that does not read delays a caller by at most 50 ms a second; what it misses is
/// counted and told when it reads again.
package final class LogSink: Sendable {
    private let level: LogLevel
    private let style: LogLine.Style
    private let descriptor: Int32
    private let state: Mutex<State>

    private struct State {
        var rate: LogRateLimit
        /// Lines nobody took, not yet told.
        var lost = 0
        /// Until then the reader is taken for stalled and lines are dropped at once.
        var stalledUntil = Uptime.zero
    }

    /// `style` nil: journald's when the process is connected to it (`JOURNAL_STREAM` is set), else plain.
    package init(
        level: LogLevel = .info, style: LogLine.Style? = nil, descriptor: Int32 = STDERR_FILENO,
        rate: LogRateLimit = LogRateLimit()
    ) {
        self.level = level
        self.style = style ?? (Environment.value("JOURNAL_STREAM") == nil ? .plain : .journal)
        self.descriptor = descriptor
        state = Mutex(State(rate: rate))
    }

    /// Writes `line`, unless it matters less than the sink's level or too many like it came lately.
    package func write(_ line: LogLine) {
        guard line.level >= level else { return }
        state.withLock { state in
            let now = SystemClock.uptime
            guard case .pass(let suppressed) = state.rate.admit(line, at: now) else { return }
            var line = line
            if suppressed > 0 { line.fields.append(LogField("suppressed", suppressed)) }
            emit(line, at: now, &state)
        }
    }

    package func log(_ level: LogLevel, _ message: String, _ fields: [LogField] = []) {
        write(LogLine(level, message, fields))
    }

    /// Tells what was held back and has not come again since. To be called about once a minute, and at the end.
    package func flush() {
        state.withLock { state in
            let now = SystemClock.uptime
            for summary in state.rate.takeSummaries(at: now) { emit(summary, at: now, &state) }
        }
    }

    private func emit(_ line: LogLine, at now: Uptime, _ state: inout State) {
        guard isWritable(at: now, &state) else {
            state.lost += 1
            return
        }
        if state.lost > 0 {
            let note = LogLine(.warning, "log lines lost: nobody read them", [LogField("lines", state.lost)])
            state.lost = 0
            put(note)
        }
        put(line)
    }

    private func isWritable(at now: Uptime, _ state: inout State) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let patience: Int32 = now < state.stalledUntil ? 0 : 50
        let ready = unsafe poll(&entry, 1, patience)
        if ready > 0 { return true }
        if patience > 0 { state.stalledUntil = now + .seconds(1) }
        return false
    }

    private func put(_ line: LogLine) {
        // A pipe that is writable takes 4,096 bytes, so a line never blocks and is never torn; pipe(7).
        let bytes = line.formatted(style)
        _ = retryingOnInterrupt { unsafe Glibc.write(descriptor, bytes, bytes.count) }
    }
}
