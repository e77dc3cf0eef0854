import CLinux
import Glibc
import Telemetry

/// A program to be started, without a shell: what it is told and for how long it may run.
package struct ProgramCall: Equatable, Sendable {
    /// An absolute path.
    package var path: String
    package var arguments: [String]
    /// `NAME=VALUE`; nothing of our own environment is handed down.
    package var environment: [String]
    /// What it reads from its standard input.
    package var input: [UInt8]
    package var timeout: Duration

    package init(path: String, arguments: [String], environment: [String], input: [UInt8], timeout: Duration) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.timeout = timeout
    }
}

/// How a program ended.
package enum ProgramEnding: Equatable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)
    /// It was killed, with everything in its process group, when its time was over.
    case timedOut(after: Duration)
    /// The same, because the gateway stops.
    case stopped
    /// No such file, no permission, no memory.
    case notStarted(SystemError)

    package var isGood: Bool { self == .exited(0) }

    package var description: String {
        switch self {
        case .exited(let code): "exit \(code)"
        case .signalled(let number): "ended by signal \(number)"
        case .timedOut(let limit): "killed after \(limit.wholeMilliseconds) ms"
        case .stopped: "killed, the gateway stops"
        case .notStarted(let error): "not started: \(SystemError.text(of: error.code))"
        }
    }
}

extension ProgramCall {
    /// The longest pause between two looks at whether it has ended.
    private static let longestPause = Duration.milliseconds(50)

    /// Runs the program to its end, which is at the latest its time limit or the setting of `stopping`. When this returns
    /// it is gone, and no zombie of it is left. `beat` is called now and then.
    package func run(until stopping: StopFlag, beat: () -> Void = {}) -> ProgramEnding {
        let id: pid_t
        do throws(SystemError) {
            id = try start()
        } catch {
            return .notStarted(error)
        }
        let limit = SystemClock.uptime + timeout
        var pause = Duration.milliseconds(1)
        while true {
            if let ending = Self.reap(id) { return ending }
            beat()
            let now = SystemClock.uptime
            if stopping.isSet || now >= limit {
                let isStopping = stopping.isSet && now < limit
                Self.kill(id, beat)
                return isStopping ? .stopped : .timedOut(after: timeout)
            }
            _ = stopping.wait(until: min(limit, now + pause))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func start() throws(SystemError) -> pid_t {
        let descriptor = unsafe gw_memory_file("gatewayd-action")
        guard descriptor >= 0 else { throw SystemError("make a file in memory", code: -descriptor) }
        let file = FileDescriptor(owning: descriptor)
        // A file in memory takes everything at once, and unlike a pipe it does not care whether anybody reads.
        let written = unsafe write(file.raw, input, input.count)
        guard written == input.count, lseek(file.raw, 0, SEEK_SET) == 0 else {
            throw SystemError("write to a file in memory", code: errno)
        }
        let result = unsafe Self.withCStrings([path] + arguments) { words in
            unsafe Self.withCStrings(environment) { variables in
                unsafe gw_spawn(path, words, variables, file.raw)
            }
        }
        guard result > 0 else { throw SystemError("start", path, code: -result) }
        return result
    }

    /// How it ended; nil: it has not.
    private static func reap(_ id: pid_t) -> ProgramEnding? {
        var status: Int32 = 0
        guard unsafe waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }

    private static func kill(_ id: pid_t, _ beat: () -> Void) {
        _ = Glibc.kill(-id, SIGKILL)
        // The kernel may be busy on its behalf for a moment.
        while reap(id) == nil {
            beat()
            usleep(2_000)
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
    }
}
