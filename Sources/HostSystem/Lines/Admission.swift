package import Telemetry

/// Who gets a place on a line whose places are limited.
///
/// Peers that never prove themselves cannot keep those out that would: the oldest of them makes room, of an address that
/// has its share already one of its own.
package struct Admission: Equatable, Sendable {
    /// A connection that has a place.
    package struct Seat: Equatable, Sendable {
        package let connection: ConnectionID
        package let host: String
        package let isProven: Bool

        package init(_ connection: ConnectionID, host: String, isProven: Bool) {
            self.connection = connection
            self.host = host
            self.isProven = isProven
        }
    }

    package enum Verdict: Equatable, Sendable {
        case welcome
        /// When this one has gone.
        case inPlace(of: ConnectionID)
        case refused(BilingualText)
    }

    private let limit: Int
    private let limitOfHost: Int?

    package init(_ limits: LineLimits) {
        limit = limits.connections
        limitOfHost = limits.connectionsOfHost
    }

    /// `seats`: those that are taken, in the order in which they were.
    package func verdict(on host: String, among seats: [Seat]) -> Verdict {
        if let limitOfHost, limitOfHost < limit {
            let own = seats.filter { $0.host == host }
            if own.count >= limitOfHost { return makeRoom(among: own) ?? .refused(.share(host, limitOfHost)) }
        }
        guard seats.count >= limit else { return .welcome }
        return makeRoom(among: seats) ?? .refused(.full(host, limit))
    }

    private func makeRoom(among seats: [Seat]) -> Verdict? {
        guard limitOfHost != nil else { return nil }
        return seats.first { !$0.isProven }.map { .inPlace(of: $0.connection) }
    }
}

extension BilingualText {
    fileprivate static func full(_ host: String, _ limit: Int) -> BilingualText {
        .init("\(host) refused: \(limit) connections are open", zh: "拒绝 \(host)：已有 \(limit) 个连接")
    }

    fileprivate static func share(_ host: String, _ limit: Int) -> BilingualText {
        .init(
            "\(host) refused: \(limit) connections of its address are open", zh: "拒绝 \(host)：该地址已有 \(limit) 个连接")
    }
}
