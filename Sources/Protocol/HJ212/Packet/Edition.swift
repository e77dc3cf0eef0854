/// Which text of the standard a packet follows.
package enum Edition: Hashable, Sendable {
    case hj2005
    case hj2017
    case hj2025
    /// The protocol of the national surface-water stations, which used version 2 before the 2025 edition did.
    case surfaceWater
    /// A version no known text defines.
    case unknown(version: UInt8)

    /// By the version bits of `flag` (none: 2005) and the system code `st`.
    package init(flag: PacketFlag?, st: FieldText?) {
        switch flag?.version ?? 0 {
        case 0: self = .hj2005
        case 1: self = .hj2017
        case 2: self = st.map { $0 == "21" } ?? false ? .surfaceWater : .hj2025
        case let version: self = .unknown(version: version)
        }
    }

    /// The version bits in place, the other two clear.
    package var flag: PacketFlag {
        switch self {
        case .hj2005: PacketFlag(rawValue: 0)
        case .hj2017: PacketFlag(rawValue: 4)
        case .hj2025, .surfaceWater: PacketFlag(rawValue: 8)
        case .unknown(let version): PacketFlag(rawValue: version << 2)
        }
    }

    /// How reports name it.
    package var name: String {
        switch self {
        case .hj2005: "2005"
        case .hj2017: "2017"
        case .hj2025: "2025"
        case .surfaceWater: "surface-water"
        case .unknown(let version): "version-\(version)"
        }
    }
}
