/// The edition of the standard a packet follows.
package enum Edition: String, Sendable {
    case v2005 = "2005"
    case v2017 = "2017"
    case v2025 = "2025"
    /// The national surface-water station protocol, which uses the version bits of 2025.
    case surfaceWater = "surface-water"
    /// Version bits that no edition has.
    case unknown

    /// From the version bits of Flag (2…7), no Flag being 2005; system code 21 with version 2 is a surface-water station.
    /// Source: HJ 212-2017, 6.3.2 (Flag); HJ 212-2025, 6.3.2.
    package init(flag: Int?, st: String) {
        switch (flag ?? 0) >> 2 {
        case 0: self = .v2005
        case 1: self = .v2017
        case 2: self = st == "21" ? .surfaceWater : .v2025
        default: self = .unknown
        }
    }
}
