import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry

/// The file that states the level of a heavy-pollution response, looked at from time to time by the main thread.
final class ResponseFile: Sendable {
    private static let interval = Duration.seconds(10)
    /// It holds one line; what is longer is another file.
    private static let largest = 4_096

    private struct State {
        var next = Uptime.zero
    }

    private let path: String
    private let core: CoreHost
    private let log: LogSink
    private let state = Mutex(State())

    init(_ path: String, core: CoreHost, log: LogSink) {
        self.path = path
        self.core = core
        self.log = log
    }

    /// Reads the file if it is time, and tells the core. A file that is not there says nothing.
    func look(at now: Uptime) {
        let isDue = state.withLock { state in
            guard now >= state.next else { return false }
            state.next = now + Self.interval
            return true
        }
        guard isDue else { return }
        do throws(SystemError) {
            take(ReadableText.of(try Files.readText(path, limit: Self.largest)))
        } catch {
            if error.isMissingFile { take("") } else { note(error.description) }
        }
    }

    private func take(_ text: String) {
        var refusal: ResponseLevelRefusal?
        core.step { machine, now, wall in
            do throws(ResponseLevelRefusal) {
                return try machine.takeResponseFile(text, at: now, wall: wall)
            } catch {
                refusal = error
                return []
            }
        }
        note(refusal?.description)
    }

    /// Says what is wrong, or nothing (nil).
    private func note(_ reason: String?) {
        log.note(
            LogTrouble(
                "response file cannot be used", over: "response file is used again", [LogField("file", path)],
                level: .error), reason)
    }
}
