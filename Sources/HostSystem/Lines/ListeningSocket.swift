import Glibc

/// A listening TCP socket.
@safe
final class ListeningSocket: Sendable {
    private let descriptor: FileDescriptor
    let port: UInt16

    init(_ descriptor: consuming FileDescriptor) {
        port = TCP.localPort(of: descriptor)
        self.descriptor = descriptor
    }

    var raw: Int32 { descriptor.raw }

    /// The next connection and its peer's address; nil when none waits.
    func accept() -> (descriptor: Int32, peer: String)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let listener = descriptor.raw
        let connection = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.accept(listener, $0, &length)
            }
        }
        guard connection >= 0 else { return nil }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        _ = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getnameinfo($0, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
            }
        }
        return (connection, String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
