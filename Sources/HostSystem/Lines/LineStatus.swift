package import Telemetry

/// What is known of a line, for the status page.
package struct LineStatus: Equatable, Sendable {
    /// One open connection.
    package struct Connection: Equatable, Sendable {
        package let id: ConnectionID
        package let peer: String
        package let since: WallInstant
        package internal(set) var bytesIn: UInt64 = 0
        package internal(set) var bytesOut: UInt64 = 0
    }

    /// In the order in which they were opened.
    package internal(set) var connections: [Connection] = []
    /// When the line last changed between having a connection and having none; nil: never had one.
    package internal(set) var changed: WallInstant?
    /// Since the start, all connections together.
    package internal(set) var bytesIn: UInt64 = 0
    package internal(set) var bytesOut: UInt64 = 0
    /// Connections that were there since the start.
    package internal(set) var opened: Int = 0
    /// Connections turned away: too many, or of an address that is not allowed.
    package internal(set) var refused: Int = 0
    /// The last failure, kept after it is over.
    package internal(set) var lastError: String?

    package var isOpen: Bool { !connections.isEmpty }

    mutating func add(_ id: ConnectionID, peer: String, at now: WallInstant) {
        if connections.isEmpty { changed = now }
        connections.append(Connection(id: id, peer: peer, since: now))
        opened += 1
    }

    mutating func remove(_ id: ConnectionID, at now: WallInstant) {
        connections.removeAll { $0.id == id }
        if connections.isEmpty { changed = now }
    }

    mutating func count(in read: Int, out written: Int, on id: ConnectionID) {
        bytesIn += UInt64(read)
        bytesOut += UInt64(written)
        guard let index = connections.firstIndex(where: { $0.id == id }) else { return }
        connections[index].bytesIn += UInt64(read)
        connections[index].bytesOut += UInt64(written)
    }
}
