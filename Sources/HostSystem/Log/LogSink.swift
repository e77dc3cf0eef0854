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
        var repeats = LogRepeats()
        var troubles = LogTroubles()
        var rate: LogRateLimit
        /// Lines nobody took, not yet told.
        var lost = 0
        /// Until then the reader is taken for stalled and lines are dropped at once.
        var stalledUntil = Uptime.zero
    }

    /// `style` nil: journald's where the lines go to it, else with the time.
    ///
    /// `rate`: bounds what many things of one kind say at once, such as all devices behind a bus. `stream`: the device and inode
    /// of journald's stream, as the service manager states them.
    package init(
        level: LogLevel = .info, style: LogLine.Style? = nil, descriptor: Int32 = STDERR_FILENO,
        rate: LogRateLimit = LogRateLimit(lines: 60), stream: String? = Environment.value("JOURNAL_STREAM")
    ) {
        self.level = level
        self.style = style ?? (Self.isJournal(descriptor, stream) ? .journal : .dated)
        self.descriptor = descriptor
        state = Mutex(State(rate: rate))
    }

    /// Whether `descriptor` is the `stream` that the service manager connected to its journal. A program that was started from
    /// such a service inherits the variable, but not the stream. Source: systemd.exec(5), $JOURNAL_STREAM.
    private static func isJournal(_ descriptor: Int32, _ stream: String?) -> Bool {
        var about = stat()
        guard let stream, unsafe fstat(descriptor, &about) == 0 else { return false }
        return stream == "\(about.st_dev):\(about.st_ino)"
    }

    /// Whether lines of this level are written.
    package func writes(_ level: LogLevel) -> Bool { level >= self.level }

    /// Writes `line`, unless it matters less than the sink's level, repeats what was said, or too many like it came lately.
    ///
    /// `isRepeated` false: it is written however often it was, as somebody has asked for it.
    package func write(_ line: LogLine, isRepeated: Bool = true) {
        guard writes(line.level) else { return }
        state.withLock { state in
            let now = SystemClock.uptime
            let line = isRepeated ? state.repeats.admit(line, at: now) : line
            if let line { pass(line, at: now, &state) }
        }
    }

    package func log(_ level: LogLevel, _ message: String, _ fields: [LogField] = [], isRepeated: Bool = true) {
        write(LogLine(level, message, fields), isRepeated: isRepeated)
    }

    /// A line for whoever looks for a fault. `fields` are worked out only if it is written.
    package func debug(_ message: String, _ fields: @autoclosure () -> [LogField]) {
        if writes(.debug) { write(LogLine(.debug, message, fields())) }
    }

    /// Something has failed, or failed again. `facts`: more that its line may tell.
    package func failed(_ trouble: LogTrouble, because reason: String, _ facts: [LogField] = []) {
        state.withLock { state in
            let now = SystemClock.uptime
            let line = state.troubles.failed(trouble, because: reason, facts, at: now)
            if let line { pass(line, at: now, &state) }
        }
    }

    /// How something is that is looked at now and then: in trouble for `reason`, or well (nil). The same again is no news.
    package func note(_ trouble: LogTrouble, _ reason: String?) {
        guard let reason else { return _ = recovered(trouble) }
        guard state.withLock({ $0.troubles.reason(of: trouble) }) != reason else { return }
        failed(trouble, because: reason)
    }

    /// It works: ends its trouble, if there is one. True: it had failed.
    @discardableResult
    package func recovered(_ trouble: LogTrouble) -> Bool {
        state.withLock { state in
            let now = SystemClock.uptime
            guard state.troubles.reason(of: trouble) != nil else { return false }
            if let line = state.troubles.recovered(trouble, at: now) { pass(line, at: now, &state) }
            return true
        }
    }

    /// Writes the sums that are due, of what was held back; to be called about once a minute. `isLast`: of everything.
    package func flush(isLast: Bool = false) {
        state.withLock { state in
            let now = SystemClock.uptime
            let repeats = isLast ? state.repeats.takeRest(at: now) : state.repeats.takeSums(at: now)
            for line in state.troubles.takeSums(at: now) + repeats { pass(line, at: now, &state) }
            for summary in state.rate.takeSummaries(at: now) { emit(summary, at: now, &state) }
        }
    }

    private func pass(_ line: LogLine, at now: Uptime, _ state: inout State) {
        guard writes(line.level) else { return }
        if line.level == .debug { return emit(line, at: now, &state) }
        guard case .pass(let suppressed) = state.rate.admit(line, at: now) else { return }
        var line = line
        if suppressed > 0 { line.fields.append(LogField("suppressed", suppressed)) }
        emit(line, at: now, &state)
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
        let bytes = line.formatted(style, at: style == .dated ? LogStamp.now : "")
        _ = retryingOnInterrupt { unsafe Glibc.write(descriptor, bytes, bytes.count) }
    }
}
