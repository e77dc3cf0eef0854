import Glibc
import Telemetry

/// One open connection of a line: reads what comes, writes what is owed, within bounds.
final class LineConnection {
    /// A peer that takes its answers more slowly than this is cut off.
    static let longestBacklog = 64 * 1_024

    let id: ConnectionID
    let descriptor: FileDescriptor
    private var backlog: [UInt8] = []
    private(set) var lastReceived: Uptime

    init(id: ConnectionID, descriptor: consuming FileDescriptor, at now: Uptime) {
        self.id = id
        self.descriptor = descriptor
        lastReceived = now
        TCP.setNonBlocking(self.descriptor.raw, true)
    }

    var wantsToWrite: Bool { !backlog.isEmpty }

    /// Reads once and lets the handler answer. A reason when the connection is over.
    func read(_ handler: any LineHandler, at now: Uptime) -> String? {
        do {
            let bytes = try readChunk(of: descriptor.raw, limit: 4_096, name: "line")
            guard !bytes.isEmpty else { return "closed by the other side" }
            lastReceived = now
            return send(handler.received(id, bytes, at: now))
        } catch {
            return error.code == EAGAIN ? nil : SystemError.text(of: error.code)
        }
    }

    /// Sends `bytes` now as far as possible. A reason when the connection is over.
    func send(_ bytes: [UInt8]) -> String? {
        backlog += bytes
        guard backlog.count <= Self.longestBacklog else { return "the other side does not take its answers" }
        return flush()
    }

    func flush() -> String? {
        guard !backlog.isEmpty else { return nil }
        let raw = descriptor.raw
        let written = unsafe backlog.withUnsafeBytes { bytes in
            retryingOnInterrupt { unsafe Glibc.write(raw, bytes.baseAddress, bytes.count) }
        }
        if written > 0 { backlog.removeFirst(written) }
        return written < 0 && errno != EAGAIN ? SystemError.text(of: errno) : nil
    }
}
