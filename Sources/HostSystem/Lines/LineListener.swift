import Glibc
import Telemetry

/// A socket that connections come in by.
final class ListeningDoor: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }

    /// 0 for a socket file.
    var port: UInt16 { SocketAddress(of: descriptor.raw, peer: false)?.port ?? 0 }
}

/// Accepts connections of those who may connect, up to a number; closes the rest at once, so that their owners notice.
final class LineListener: LineOpener {
    private let door: ListeningDoor
    private let limit: Int
    private let filter: AddressFilter
    /// Later than now: accepting failed for want of something, and is tried again then.
    private var resumes = Uptime.zero
    private var isPaused = false

    init(_ door: ListeningDoor, limits: LineLimits) {
        self.door = door
        limit = limits.connections
        filter = limits.filter
    }

    var watched: (descriptor: Int32, events: Int16)? {
        isPaused ? nil : (door.descriptor.raw, Int16(POLLIN))
    }

    var deadline: Uptime { isPaused ? resumes : .never }

    func proceed(ready: Bool, open: Int, at now: Uptime) -> [LineOpenerEvent] {
        if isPaused, now >= resumes { isPaused = false }
        guard ready else { return [] }
        var events: [LineOpenerEvent] = []
        var open = open
        // A bound, so that a flood of connections does not starve the open ones.
        for _ in 0..<32 {
            let raw = Sockets.accept(from: door.descriptor.raw)
            if raw == -EAGAIN { break }
            if raw == -EINTR || raw == -ECONNABORTED { continue }
            guard raw >= 0 else {
                // Out of descriptors or memory: the connection stays in the kernel's queue for the moment.
                isPaused = true
                resumes = now + .seconds(1)
                events.append(.failed(SystemError("accept a connection", code: -raw)))
                break
            }
            let accepted = FileDescriptor(owning: raw)
            let peer = SocketAddress(of: raw, peer: true)
            if let refusal = refusal(of: peer, open: open) {
                events.append(.refused(refusal))
                continue
            }
            Sockets.tune(raw)
            events.append(
                .opened(LineConnection(accepted, peer: peer?.text ?? "unknown", medium: .network, at: now)))
            open += 1
        }
        return events
    }

    /// Why `peer` is turned away; nil when it is welcome.
    private func refusal(of peer: SocketAddress?, open: Int) -> String? {
        let host = peer?.hostText ?? "unknown"
        if !filter.admits(peer) { return "\(host) refused: its address is not allowed" }
        return open < limit ? nil : "\(host) refused: \(limit) connections are open"
    }

    func ended(hadTraffic: Bool, at now: Uptime) {}
}
