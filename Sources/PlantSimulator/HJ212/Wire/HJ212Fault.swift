/// Something a simulated HJ 212 peer does wrong, every so many frames.
package struct HJ212Fault: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// A length field that says a few bytes more or fewer.
        case length
        /// A length field without its leading zeros.
        case shortLength = "short-length"
        /// A checksum of no known kind.
        case crc
        /// Plain Modbus CRC, high byte first, and low byte first.
        case modbusCRC = "modbus-crc"
        case modbusCRCLow = "modbus-crc-low"
        case lowerCase = "lower-case"
        /// CR LF missing, LF alone, CR LF twice.
        case noTail = "no-tail"
        case lfOnly = "lf-only"
        case doubleTail = "double-tail"
        /// Each byte is written alone; with `slow` also with a pause before it.
        case pieces
        case slow
        /// The frame waits for the next one; both go in one write.
        case glued
        /// Up to 40 random bytes before the frame.
        case garbage
        /// The frame is never sent; of a centre: it does not answer.
        case silent
        /// The frame is sent seven seconds late, which is after the usual time-out.
        case late
        /// The connection is closed after the frame.
        case close
        /// The frame is sent twice with the same QN.
        case duplicate
        case noQN = "no-qn"
        case noFlag = "no-flag"
        case noPW = "no-pw"
        /// Data in several packets with PNUM and PNO, each with some of the factors.
        case split
        /// Data in one segment of more than 1024 bytes.
        case oversize
        /// A data area encrypted with SM4 although the edition does not ask for it, and one encrypted with another key.
        case encrypted
        case wrongKey = "wrong-key"
        /// Log text (3020) in GBK.
        case gbk
    }

    package let kind: Kind
    /// Strikes every so many of the frames it can strike, 1 or more.
    package let period: Int

    package init(_ kind: Kind, every period: Int = 1) {
        self.kind = kind
        self.period = max(1, period)
    }

    /// `NAME` or `NAME=N`; nil when it is neither.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Kind(rawValue: String(parts[0])) else { return nil }
        guard let period = parts.count == 2 ? Int(parts[1]) : 1, period >= 1 else { return nil }
        self.init(kind, every: period)
    }

    /// What an instrument can do wrong: everything.
    package static let ofInstruments = Kind.allCases
    /// What a centre can do wrong: it has no data of its own.
    package static let ofCentres = Kind.allCases.filter {
        ![.split, .oversize, .encrypted, .wrongKey, .gbk].contains($0)
    }
}

/// Decides which frame is struck by what. Equal faults and seed, equal decisions.
struct FaultPlan: Sendable {
    private let periods: [HJ212Fault.Kind: Int]
    private var counts: [HJ212Fault.Kind: Int] = [:]
    /// For what is wrong by chance: lengths, checksums, garbage.
    var random: SeededBits

    init(_ faults: [HJ212Fault], seed: UInt64) {
        periods = Dictionary(faults.map { ($0.kind, $0.period) }) { $1 }
        random = SeededBits(seed: seed)
    }

    /// Counts one more frame that `kind` could strike; true when it does.
    mutating func strikes(_ kind: HJ212Fault.Kind) -> Bool {
        guard let period = periods[kind] else { return false }
        let count = counts[kind, default: 0] + 1
        counts[kind] = count
        return count.isMultiple(of: period)
    }
}

/// Random bits that are the same on every run.
struct SeededBits: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mixed(state)
    }
}
