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
    private var door: ListeningDoor?
    private let takeDoor: () throws(SystemError) -> ListeningDoor
    private var backoff: Backoff
    private var generator = SystemRandomNumberGenerator()
    private let limit: Int
    private let filter: AddressFilter
    /// Later than now: accepting failed for want of something, and is tried again then.
    private var resumes = Uptime.zero
    private var isPaused = false

    /// `takeDoor`: asked for where there is no door yet, again and again until there is one.
    init(_ door: ListeningDoor?, limits: LineLimits, takeDoor: @escaping () throws(SystemError) -> ListeningDoor) {
        self.door = door
        self.takeDoor = takeDoor
        backoff = Backoff(limit: limits.retry)
        isPaused = door == nil
        limit = limits.connections
        filter = limits.filter
    }

    var watched: (descriptor: Int32, events: Int16)? {
        isPaused ? nil : door.map { ($0.descriptor.raw, Int16(POLLIN)) }
    }

    var deadline: Uptime { isPaused ? resumes : .never }

    func proceed(ready: Bool, open: Int, at now: Uptime) -> [LineOpenerEvent] {
        if isPaused, now >= resumes { isPaused = false }
        guard let door else { return tryDoor(at: now) }
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

    private func tryDoor(at now: Uptime) -> [LineOpenerEvent] {
        do throws(SystemError) {
            door = try takeDoor()
            return []
        } catch {
            isPaused = true
            resumes = now + backoff.pause(using: &generator)
            return [.failed(error)]
        }
    }

    /// Why `peer` is turned away; nil when it is welcome.
    private func refusal(of peer: SocketAddress?, open: Int) -> BilingualText? {
        let host = peer?.hostText ?? "unknown"
        if !filter.admits(peer) {
            return .init("\(host) refused: its address is not allowed", zh: "拒绝 \(host)：其地址不在允许之列")
        }
        return open < limit
            ? nil : .init("\(host) refused: \(limit) connections are open", zh: "拒绝 \(host)：已有 \(limit) 个连接")
    }

    func ended(hadTraffic: Bool, at now: Uptime) {}
}
