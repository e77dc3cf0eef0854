import Foundation
import Glibc

/// A program started by a test; killed and reaped with the value, so that no test leaves one behind.
///
/// Not Foundation's `Process`: that learns of a child's end through a socket which children started meanwhile inherit, so
/// waiting for one child can hang until all have ended.
package final class ChildProcess: @unchecked Sendable {
    package let pid: Int32
    private let directory = TemporaryDirectory()
    private let lock = NSLock()
    private var status: Int32?

    /// Starts `executable` (a path, or a name looked up in PATH) with its output going to files.
    package init(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, directory.file("stdout"), flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, directory.file("stderr"), flags, 0o600)
        // Whatever signals a thread of the test blocks, the program starts with none blocked.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var pid: Int32 = 0
        let code = Self.withCStrings([executable] + arguments) { words in
            Self.withCStrings(variables) { posix_spawnp(&pid, executable, &actions, &attributes, words, $0) }
        }
        guard code == 0 else { throw ChildProcessError(executable: executable, code: code) }
        self.pid = pid
    }

    deinit {
        signal(SIGKILL)
        wait()
    }

    package var isRunning: Bool { reap(WNOHANG) == nil }
    /// Everything the program wrote to standard output so far.
    package var output: String { (try? String(contentsOfFile: directory.file("stdout"), encoding: .utf8)) ?? "" }
    /// Everything the program wrote to standard error so far.
    package var errors: String { (try? String(contentsOfFile: directory.file("stderr"), encoding: .utf8)) ?? "" }

    package func signal(_ number: Int32) {
        lock.withLock { if status == nil { kill(pid, number) } }
    }

    /// Waits for the end and returns the exit code (128 + signal when killed).
    @discardableResult
    package func wait() -> Int32 {
        while true {
            if let status = reap(WNOHANG) { return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F) }
            usleep(2_000)
        }
    }

    private func reap(_ options: Int32) -> Int32? {
        lock.withLock {
            if status == nil {
                var raw: Int32 = 0
                if waitpid(pid, &raw, options) == pid { status = raw }
            }
            return status
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}

/// A program that cannot be started.
package struct ChildProcessError: Error {
    package let executable: String
    package let code: Int32
}
