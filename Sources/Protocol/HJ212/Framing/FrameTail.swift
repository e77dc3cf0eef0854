/// What stands between a frame's checksum and the next frame.
package enum FrameTail: Hashable, Sendable {
    /// CR LF, as the standard has it.
    case lineEnd
    case missing
    case lineFeedOnly
    case carriageReturnOnly
    /// CR CR LF.
    case doubledCarriageReturn
    /// `**` and CR LF: how one server marks packets for its own gateway.
    case marked

    /// Bytes it takes.
    var length: Int {
        switch self {
        case .missing: 0
        case .lineFeedOnly, .carriageReturnOnly: 1
        case .lineEnd: 2
        case .doubledCarriageReturn: 3
        case .marked: 4
        }
    }

    var name: String {
        switch self {
        case .lineEnd: "CR LF"
        case .missing: "neither"
        case .lineFeedOnly: "LF alone"
        case .carriageReturnOnly: "CR alone"
        case .doubledCarriageReturn: "CR CR LF"
        case .marked: "** before it"
        }
    }

    /// The tail at `index`; nil when that cannot be said before more bytes arrive. `ended`: no more will.
    static func read(_ bytes: [UInt8], at index: Int, ended: Bool) -> FrameTail? {
        /// Whether `wanted` stands there; nil: as far as it has arrived.
        func stands(_ wanted: [UInt8]) -> Bool? {
            for (offset, byte) in wanted.enumerated() {
                guard index + offset < bytes.count else { return ended ? false : nil }
                if bytes[index + offset] != byte { return false }
            }
            return true
        }
        for (tail, wanted) in forms {
            guard let found = stands(wanted) else { return nil }
            if found { return tail }
        }
        return .missing
    }

    /// Longer forms before those they begin with.
    private static let forms: [(FrameTail, [UInt8])] = [
        (.lineEnd, [ASCII.carriageReturn, ASCII.lineFeed]),
        (.doubledCarriageReturn, [ASCII.carriageReturn, ASCII.carriageReturn, ASCII.lineFeed]),
        (.carriageReturnOnly, [ASCII.carriageReturn]),
        (.lineFeedOnly, [ASCII.lineFeed]),
        (.marked, [ASCII.star, ASCII.star, ASCII.carriageReturn, ASCII.lineFeed]),
    ]
}
