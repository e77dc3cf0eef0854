import Glibc
import Telemetry

/// One open descriptor of a line with what waits to be sent on it. Used on the line's thread only.
@safe
final class LineConnection {
    enum Medium { case network, serialPort }

    /// What a try to read or write came to.
    enum Progress: Equatable {
        /// So many bytes moved; 0: not possible just now.
        case moved(Int)
        case ended(reason: BilingualText)
    }

    let descriptor: FileDescriptor
    let peer: String
    /// The address of the peer without its port.
    let host: String
    let medium: Medium
    /// Whether the handler has said that the peer belongs here.
    var isProven = false
    private(set) var openedAt: Uptime
    private(set) var lastHeard: Uptime
    private(set) var hasHeard = false
    /// Set: to be closed for this reason once nothing waits any more.
    var closing: BilingualText?

    private var waiting: [UInt8] = []
    private var sent = 0

    init(_ descriptor: consuming FileDescriptor, peer: String, host: String? = nil, medium: Medium, at now: Uptime) {
        self.descriptor = descriptor
        self.peer = peer
        self.host = host ?? peer
        self.medium = medium
        openedAt = now
        lastHeard = now
    }

    /// Says that the connection, made before, is established now.
    func begin(at now: Uptime) {
        openedAt = now
        lastHeard = now
    }

    deinit {
        if medium == .serialPort { SerialPort.release(descriptor.raw) }
    }

    var waitingBytes: Int { waiting.count - sent }

    /// Reads what is there into `buffer`, once.
    func read(into buffer: inout [UInt8], at now: Uptime) -> Progress {
        let count = retryingOnInterrupt {
            unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor.raw, $0.baseAddress, $0.count) }
        }
        switch count {
        case 1...:
            lastHeard = now
            hasHeard = true
            return .moved(count)
        case 0:
            return .ended(
                reason: medium == .serialPort
                    ? .init("unplugged", zh: "已拔出") : .init("closed by peer", zh: "对方关闭了连接"))
        default:
            return errno == EAGAIN ? .moved(0) : .ended(reason: SystemError.words(of: errno))
        }
    }

    /// Puts `bytes` behind what waits; false, and nothing is added, when more than `limit` would wait.
    func enqueue(_ bytes: [UInt8], limit: Int) -> Bool {
        guard waitingBytes + bytes.count <= limit else { return false }
        if sent == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            sent = 0
        }
        waiting.append(contentsOf: bytes)
        return true
    }

    /// Sends as much of what waits as goes without blocking.
    func flush() -> Progress {
        var total = 0
        while sent < waiting.count {
            let count = retryingOnInterrupt { writeOnce() }
            if count < 0 {
                return errno == EAGAIN ? .moved(total) : .ended(reason: SystemError.words(of: errno))
            }
            sent += count
            total += count
        }
        return .moved(total)
    }

    private func writeOnce() -> Int {
        unsafe waiting.withUnsafeBytes { bytes in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
            return switch medium {
            // A peer that is gone is an error here, not a signal to the process.
            case .network: unsafe send(descriptor.raw, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            case .serialPort: unsafe write(descriptor.raw, rest.baseAddress, rest.count)
            }
        }
    }
}
