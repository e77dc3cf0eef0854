import Foundation
import Glibc

/// A program started by a test; killed and reaped with the value, so that no test leaves one behind.
package final class ChildProcess: @unchecked Sendable {
    private let process = Process()
    private let outputPath: String
    private let errorPath: String
    private let directory = TemporaryDirectory()

    /// Starts `executable` (a path, or a name looked up in PATH) with its output going to files.
    package init(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        outputPath = directory.file("stdout")
        errorPath = directory.file("stderr")
        for path in [outputPath, errorPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [executable] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        try withSignalsUnblocked { try process.run() }
    }

    deinit {
        if process.isRunning {
            signal(SIGKILL)
            process.waitUntilExit()
        }
    }

    /// A child inherits the mask of the thread that starts it, and threads of a dispatch pool block SIGTERM.
    private func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    package var pid: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }
    /// Everything the program wrote to standard output so far.
    package var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    /// Everything the program wrote to standard error so far.
    package var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    package func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end and returns the exit code (128 + signal when killed).
    @discardableResult
    package func wait() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }
}
