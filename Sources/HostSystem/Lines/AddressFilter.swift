package import Telemetry

/// Who may connect to a line that listens.
package struct AddressFilter: Equatable, Sendable {
    /// Empty: everybody.
    package var allowed: [AddressPrefix]

    package init(_ allowed: [AddressPrefix] = []) {
        self.allowed = allowed
    }

    /// Whether a peer with this address may connect. One whose address is not known may not, unless everybody may.
    func admits(_ peer: SocketAddress?) -> Bool {
        guard !allowed.isEmpty else { return true }
        guard let address = peer?.addressBytes else { return false }
        return allowed.contains { $0.contains(address) }
    }
}
