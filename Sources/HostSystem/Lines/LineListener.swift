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

/// Accepts connections of those who may connect; closes the rest at once, so that their owners notice.
final class LineListener: LineOpener {
    private var door: ListeningDoor?
    private let takeDoor: () throws(SystemError) -> ListeningDoor
    private var backoff: Backoff
    private var generator = SystemRandomNumberGenerator()
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
            let host = peer?.hostText ?? "unknown"
            guard filter.admits(peer) else {
                events.append(
                    .refused(.init("\(host) refused: its address is not allowed", zh: "拒绝 \(host)：其地址不在允许之列")))
                continue
            }
            Sockets.tune(raw)
            events.append(
                .opened(
                    LineConnection(
                        accepted, peer: peer?.text ?? "unknown", host: host, medium: .network, at: now)))
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

    func ended(hadTraffic: Bool, at now: Uptime) {}
}
