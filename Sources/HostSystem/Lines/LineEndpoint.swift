package import Telemetry

/// How the other side of a line is reached.
package enum LineEndpoint: Hashable, Sendable {
    /// Others connect to this address; port 0 lets the kernel choose.
    case listen(host: String, port: UInt16)
    /// We connect, again and again.
    case connect(host: String, port: UInt16)
    /// We open a serial port, again after it was unplugged.
    case serial(SerialSettings)
    /// Programs of the same user on this machine connect to this socket file.
    case localSocket(path: String)
}

extension LineEndpoint: CustomStringConvertible {
    package var description: String {
        switch self {
        case .listen(let host, let port): "listen \(hostAndPort(host, port))"
        case .connect(let host, let port): "connect \(hostAndPort(host, port))"
        case .serial(let settings): "serial \(settings.path)"
        case .localSocket(let path): "socket \(path)"
        }
    }
}

/// `host:port`, with brackets around a host that has colons itself.
package func hostAndPort(_ host: String, _ port: UInt16) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
}

/// What a line puts up with.
package struct LineLimits: Equatable, Sendable {
    /// Connections at the same time; more are closed as soon as they are accepted.
    package var connections: Int = 16
    /// Of these, connections of one address; nil: all of them. Where it is set a connection that has not proved itself gives its
    /// place to a new one.
    package var connectionsOfHost: Int?
    /// Who may connect; others are closed as soon as they are accepted. For TCP listeners.
    package var filter: AddressFilter = AddressFilter()
    /// A network connection on which nothing at all has come for so long after its beginning is closed; nil: ``idle`` holds.
    package var firstByte: Duration?
    /// A network connection that sends nothing for so long is closed; nil: never. Serial ports may be silent.
    package var idle: Duration? = .seconds(600)
    /// A connection is closed when it has been open for so long; nil: never.
    package var lifetime: Duration?
    /// Bytes that may wait to be sent on one connection. A peer that reads too slowly for that is cut off.
    package var waitingBytes: Int = 64 * 1_024
    /// How long establishing a connection may take.
    package var connecting: Duration = .seconds(5)
    /// The longest pause between two attempts to connect or to open the port.
    package var retry: Duration = .seconds(5)
    /// The time between two calls of the handler's `tick`.
    package var tick: Duration = .seconds(1)

    package init() {}
}
