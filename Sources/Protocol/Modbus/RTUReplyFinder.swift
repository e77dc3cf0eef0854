/// Finds the answer to one RTU request in everything that the line brought since: behind the request's own bytes, which a
/// converter may send back, behind frames of others and behind noise.
///
/// Pure: the same bytes give the same finding, in whatever pieces they came. Only a frame with the unit, the function, the
/// length and the CRC of the answer is taken.
package struct RTUReplyFinder: Sendable {
    /// Bytes after which there is no answer to be expected any more: four of the longest frames.
    package static let limit = 1_024
    private static let crcLength = 2
    private static let exceptionLength = 5
    /// Unit, function, address, count or number, CRC.
    private static let requestLength = 8

    /// What the bytes hold.
    package struct Finding: Equatable, Sendable {
        /// The function data of the answer; nil: it has not come.
        package var answer: Range<Int>?
        /// Whether the line sends requests back; nil: these bytes do not tell.
        package var hasEcho: Bool?
        /// Bytes before the answer that belong to no frame.
        package var strayBytes = 0
        /// Why there is no answer, should nothing more come.
        package var fault = BusFault.timeout
    }

    /// The whole frame that asks.
    package let request: [UInt8]
    /// What a good answer begins with, from the unit on.
    private let head: [UInt8]
    /// Bytes of a good answer, from the unit to the CRC.
    package let length: Int
    /// Whether the answer may be the same bytes as the request, as that to every write is.
    private let mayRepeatRequest: Bool
    private let lineEchoes: Bool?

    /// `lineEchoes`: whether the line is known to send requests back.
    package init(_ read: ReadRequest, of unit: UInt8, lineEchoes: Bool?) {
        self.init(
            unit: unit, functionData: read.functionData, lineEchoes: lineEchoes,
            head: [unit, read.table.functionCode, UInt8(truncatingIfNeeded: read.replyByteCount)],
            length: 3 + read.replyByteCount + Self.crcLength)
    }

    /// The same for a write. On a line that is not known to send requests back, the first copy is the answer.
    package init(_ write: CoilWrite, of unit: UInt8, lineEchoes: Bool?) {
        self.init(
            unit: unit, functionData: write.functionData, lineEchoes: lineEchoes ?? false,
            head: [unit] + write.functionData, length: Self.requestLength)
    }

    private init(unit: UInt8, functionData: [UInt8], lineEchoes: Bool?, head: [UInt8], length: Int) {
        let body = [unit] + functionData
        let crc = CRC16.modbus(body[...])
        request = body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
        self.head = head
        self.length = length
        self.lineEchoes = lineEchoes
        mayRepeatRequest = length == request.count && request.starts(with: head)
    }

    /// Looks through `bytes`, all that came since the request. `isOver`: nothing more will come.
    package func look(through bytes: [UInt8], isOver: Bool) -> Finding {
        var view = View()
        var offset = 0
        while offset < bytes.count {
            switch piece(of: bytes, at: offset, echoSeen: view.hasEcho, isOver: isOver) {
            case .answer(let length):
                view.answer = (offset + 1)..<(offset + length - Self.crcLength)
                return finding(view)
            case .echo:
                view.hasEcho = true
                offset += request.count
            case .other(let length, let mismatch):
                view.note(mismatch, isOfUnit: bytes[offset] == head[0])
                offset += length
            case .damaged:
                view.isDamaged = true
                view.strayBytes += 1
                offset += 1
            case .cut:
                view.isCut = true
                view.strayBytes += 1
                offset += 1
            case .noise:
                view.strayBytes += 1
                offset += 1
            }
        }
        if isModbusTCP(bytes) { view.mismatch = .modbusTCP }
        return finding(view)
    }

    /// Whether these bytes are an answer in a frame of Modbus TCP. Source: Modbus Messaging on TCP/IP 1.0b, 3.1.3.
    private func isModbusTCP(_ bytes: [UInt8]) -> Bool {
        let headerLength = 6
        guard bytes.count > headerLength + 2, bytes[2] == 0, bytes[3] == 0 else { return false }
        let stated = Int(bytes[4]) << 8 | Int(bytes[5])
        return stated == bytes.count - headerLength && bytes[6] == head[0] && bytes[7] & 0x7F == head[1]
    }

    // MARK: Pieces

    private enum Piece {
        /// The answer, so many bytes with its CRC.
        case answer(Int)
        case echo
        /// A whole frame that is not the answer.
        case other(Int, ReplyMismatch)
        /// It begins as the answer does, and its CRC is wrong.
        case damaged
        /// It begins as the answer does, and has no end yet.
        case cut
        case noise
    }

    private func piece(of bytes: [UInt8], at offset: Int, echoSeen: Bool, isOver: Bool) -> Piece {
        let rest = bytes[offset...]
        if rest.starts(with: request), isEcho(echoSeen: echoSeen) { return .echo }
        if rest.starts(with: head) {
            guard rest.count >= length else { return .cut }
            guard Self.hasRightCRC(rest.prefix(length)) else { return other(rest) ?? .damaged }
            // An answer shorter than the request may be the beginning of its echo: one byte more tells.
            if lineEchoes != false, length < request.count, !isOver, rest.count < request.count,
                request.starts(with: rest)
            {
                return .cut
            }
            return .answer(length)
        }
        if rest.count >= 2, rest.first == head[0], rest[offset + 1] == head[1] | 0x80 {
            guard rest.count >= Self.exceptionLength else { return .cut }
            if rest[offset + 2] != 0, Self.hasRightCRC(rest.prefix(Self.exceptionLength)) {
                return .answer(Self.exceptionLength)
            }
        }
        if rest.count >= 2, rest.count < head.count, head.starts(with: rest) { return .cut }
        return other(rest) ?? .noise
    }

    private func isEcho(echoSeen: Bool) -> Bool {
        guard mayRepeatRequest else { return true }
        return !echoSeen && (lineEchoes ?? true)
    }

    /// A whole frame of somebody else, or of our unit about something else, at the start of `rest`.
    private func other(_ rest: ArraySlice<UInt8>) -> Piece? {
        guard rest.count >= Self.exceptionLength else { return nil }
        let (unit, function) = (rest[rest.startIndex], rest[rest.startIndex + 1])
        for (length, isRequest) in Self.lengths(of: rest, function) {
            guard rest.count >= length, Self.hasRightCRC(rest.prefix(length)) else { continue }
            if isRequest { return .other(length, .otherMaster) }
            if unit != head[0] { return .other(length, .unit(unit)) }
            if function == head[1] | 0x80 { return .other(length, .malformedException) }
            if function != head[1] { return .other(length, .function(function)) }
            let second = Int(rest[rest.startIndex + 2])
            return .other(length, length == self.length ? .otherWrite : .dataBytes(second, expected: Int(head[2])))
        }
        return nil
    }

    /// The lengths that a frame with this beginning may have, and whether it is one that only a master sends.
    private static func lengths(of rest: ArraySlice<UInt8>, _ function: UInt8) -> [(Int, isRequest: Bool)] {
        switch function {
        case 1...4:
            let count = Int(rest[rest.startIndex + 2])
            return (count > 0 ? [(3 + count + crcLength, false)] : []) + [(requestLength, true)]
        case 5, 6: return [(requestLength, false)]
        case 15, 16:
            let count = rest.count > 6 ? Int(rest[rest.startIndex + 6]) : 0
            return [(requestLength, false)] + (count > 0 ? [(7 + count + crcLength, true)] : [])
        case 0x80...: return [(exceptionLength, false)]
        default: return []
        }
    }

    private static func hasRightCRC(_ frame: ArraySlice<UInt8>) -> Bool {
        // The register is empty behind a frame with its own checksum.
        CRC16.modbus(frame) == 0
    }

    // MARK: What it amounts to

    /// What was seen on the way through the bytes.
    private struct View {
        var answer: Range<Int>?
        var hasEcho = false
        var strayBytes = 0
        var mismatch: ReplyMismatch?
        var isOfUnit = false
        var isDamaged = false
        var isCut = false

        /// What our own unit says tells more than what others say.
        mutating func note(_ mismatch: ReplyMismatch, isOfUnit: Bool) {
            if self.isOfUnit, !isOfUnit { return }
            self.mismatch = mismatch
            self.isOfUnit = isOfUnit
        }
    }

    private func finding(_ view: View) -> Finding {
        var finding = Finding(answer: view.answer, strayBytes: view.strayBytes, fault: fault(view))
        // Where the answer may look like the request, nothing is learnt.
        if !mayRepeatRequest {
            finding.hasEcho = view.hasEcho ? true : (view.answer != nil && view.strayBytes == 0 ? false : nil)
        }
        return finding
    }

    private func fault(_ view: View) -> BusFault {
        if let mismatch = view.mismatch { return .badReply(mismatch) }
        if view.isDamaged { return .badReply(.checksum) }
        if view.isCut { return .cutAnswer }
        if view.hasEcho, view.strayBytes < Self.exceptionLength { return .echoOnly }
        return view.strayBytes > 0 ? .badReply(.noise) : .timeout
    }
}
