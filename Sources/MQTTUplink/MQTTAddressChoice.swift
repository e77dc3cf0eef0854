import HostSystem

/// Looks up the numeric addresses of a host name.
typealias MQTTResolver = @Sendable (String) throws(SystemError) -> [String]

/// Which of the addresses of a broker's name the next attempt to connect goes to: each in turn until one has acknowledged something,
/// and then that one until a connection with it ends without.
package struct MQTTAddressChoice: Sendable {
    private let resolver: MQTTResolver
    /// Those that ended without an acknowledgement since the last one that gave any.
    private var failed: Set<String> = []
    /// Of the attempt under way, or of the last one.
    private(set) var current: String?
    /// Whether the name has more than one.
    private(set) var isPlural = false

    init(_ resolver: @escaping MQTTResolver) {
        self.resolver = resolver
    }

    /// The system's.
    static let system: MQTTResolver = { host throws(SystemError) in
        try SocketAddress.resolve(host: host, port: 0).compactMap(\.numericHost)
    }

    /// The name is looked up anew each time.
    mutating func next(of host: String) throws(SystemError) -> String {
        let addresses = try resolver(host)
        isPlural = Set(addresses).count > 1
        if failed.isSuperset(of: addresses) { (failed, current) = ([], nil) }
        let untried = addresses.filter { !failed.contains($0) }
        let kept = current.flatMap { untried.contains($0) ? $0 : nil }
        guard let next = kept ?? untried.first else { throw SystemError("look up the address", host, code: -2) }
        current = next
        return next
    }

    mutating func note(hasAnswered: Bool) {
        if hasAnswered {
            failed = []
        } else if let current {
            failed.insert(current)
        }
    }
}
