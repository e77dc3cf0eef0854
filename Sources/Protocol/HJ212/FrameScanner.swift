/// Cuts HJ 212 frames out of a byte stream and finds its way back after anything else.
///
/// Bytes come in pieces of any size; the result does not depend on the pieces. After a defect the search goes on at the
/// next `##` with four digits, so no good frame behind it is lost. The buffer holds at most one frame of the longest size.
/// Source: HJ 212-2017, 6.2; the recovery is docs/hj212.md, "Framing".
package struct FrameScanner: Sendable {
    /// What the standards allow in one segment. Source: HJ 212-2017, 6.2.
    package static let standardSegment = 1_024
    /// What real devices send at the most, with room to spare.
    package static let longestSegment = 4_096

    package enum Item: Equatable, Sendable {
        case frame(Frame)
        case defect(FrameDefect)
    }

    private let tolerance: FrameTolerance
    /// Whether a frame is held back until its tail has been seen; a strict reader must see it.
    private let waitsForTail: Bool
    private var buffer: [UInt8] = []
    /// Bytes of the buffer that are done with.
    private var position = 0
    /// The stream offset of the buffer's first byte.
    private var base = 0
    private var garbage: (offset: Int, length: Int)?
    private var isBehindFrame = false

    package init(tolerance: FrameTolerance = .usual) {
        self.tolerance = tolerance
        waitsForTail = !tolerance.contains(.tail)
    }

    /// Whether part of a frame is waiting for the rest.
    package var isWaiting: Bool { position < buffer.count }

    /// Takes bytes and returns what has become clear. Garbage is reported when the run of it is over.
    package mutating func feed(_ bytes: some Collection<UInt8>) -> [Item] {
        var items: [Item] = []
        // In portions, so that a flood does not stretch the buffer.
        var rest = bytes[...]
        while !rest.isEmpty {
            let portion = rest.prefix(Self.longestSegment)
            rest = rest.dropFirst(portion.count)
            buffer.append(contentsOf: portion)
            scan(isFinal: false, to: &items)
            dropDone()
        }
        return items
    }

    /// Gives up waiting: the time for the rest of a frame is over, or the stream is. The scanner can go on afterwards.
    package mutating func expire() -> [Item] {
        var items: [Item] = []
        scan(isFinal: true, to: &items)
        flushGarbage(to: &items)
        dropDone()
        return items
    }

    private mutating func dropDone() {
        buffer.removeFirst(position)
        base += position
        position = 0
    }

    // MARK: Scanning

    private mutating func scan(isFinal: Bool, to items: inout [Item]) {
        while position < buffer.count {
            if isBehindFrame { skipTail() }
            guard let start = findMark(from: position) else {
                // A last `#` may be half a mark.
                let keep = !isFinal && buffer.last == UInt8(ascii: "#") ? 1 : 0
                addGarbage(through: max(position, buffer.count - keep))
                return
            }
            addGarbage(through: start)
            guard buffer.count - start >= 6 else {
                if isFinal { cutOff(at: buffer.count, detail: "only \(buffer.count - start) bytes", to: &items) }
                return
            }
            guard let declared = declaredLength(at: start) else {
                addGarbage(through: start + 1)
                continue
            }
            guard read(declared: declared, isFinal: isFinal, to: &items) else { return }
        }
    }

    /// Reads the frame at `position`. False: more bytes are needed.
    private mutating func read(declared: Int, isFinal: Bool, to items: inout [Item]) -> Bool {
        let start = position
        guard declared <= Self.longestSegment else {
            report(
                .oversize, through: start + 6,
                "length field \(declared); at most \(Self.standardSegment) is allowed", to: &items)
            return true
        }
        let segment = start + 6..<start + 6 + declared
        let isComplete = buffer.count >= segment.upperBound + 4
        if isComplete, let written = crc(at: segment.upperBound), written == CRC16.hj212(buffer[segment]) {
            return deliver(segment, declared: declared, repairs: [], isFinal: isFinal, to: &items)
        }
        // Never decided early: `##` may be part of a text or of ciphertext that the length covers.
        if !isComplete, !isFinal { return false }
        return recover(segment, declared: declared, isComplete: isComplete, isFinal: isFinal, to: &items)
    }

    /// The length or the CRC is wrong: find out which, and where the search goes on.
    private mutating func recover(
        _ segment: Range<Int>, declared: Int, isComplete: Bool, isFinal: Bool, to items: inout [Item]
    ) -> Bool {
        let start = position
        let bound = nextFrameStart(after: start) ?? min(buffer.count, start + 6 + Self.longestSegment + 6)
        if let end = repairedEnd(from: start + 6, bound: bound, isFinal: isFinal) {
            let repair = defect(
                .length, at: start, through: end + 4, "length field \(declared), segment has \(end - start - 6) bytes")
            return deliver(start + 6..<end, declared: declared, repairs: [repair], isFinal: isFinal, to: &items)
        }
        if isComplete, segment.upperBound <= bound, endsInMark(segment), let written = crcText(at: segment.upperBound) {
            return foreignCRC(segment, declared: declared, written: written, isFinal: isFinal, to: &items)
        }
        let isBounded = nextFrameStart(after: start) != nil || buffer.count >= start + 6 + Self.longestSegment + 6
        guard isFinal || isBounded else { return false }
        if !isComplete || segment.upperBound + 4 > bound {
            cutOff(at: bound, detail: "length field \(declared), the frame ends after \(bound - start) bytes", to: &items)
        } else {
            report(
                .length, through: bound, "length field \(declared), but no && and check value stand there", to: &items)
        }
        return true
    }

    /// Framing fits, the check value does not.
    private mutating func foreignCRC(
        _ segment: Range<Int>, declared: Int, written: String, isFinal: Bool, to items: inout [Item]
    ) -> Bool {
        let computed = CRC16.hj212(buffer[segment]).hex
        let modbus = CRC16.modbus(buffer[segment])
        var detail = "computed \(computed), frame says \(written)"
        var isKnown = true
        switch written.uppercased() {
        case modbus.hex: detail += ", which is the Modbus CRC"
        case modbus.byteSwapped.hex: detail += ", which is the Modbus CRC with its bytes swapped"
        default: isKnown = false
        }
        let repair = defect(.crc, at: position, through: segment.upperBound + 4, detail)
        if isKnown, tolerance.contains(.crc) {
            return deliver(segment, declared: declared, repairs: [repair], isFinal: isFinal, to: &items)
        }
        guard let tail = tailLength(at: segment.upperBound + 4, isFinal: isFinal) else { return false }
        report(.crc, through: segment.upperBound + 4 + tail, detail, to: &items)
        isBehindFrame = tolerance.contains(.tail)
        return true
    }

    /// Hands the frame over, or says why the tolerance does not allow it. False: the tail must be seen first.
    private mutating func deliver(
        _ segment: Range<Int>, declared: Int, repairs: [FrameDefect], isFinal: Bool, to items: inout [Item]
    ) -> Bool {
        let start = position
        let crcEnd = segment.upperBound + 4
        guard let tail = tailLength(at: crcEnd, isFinal: isFinal) else { return false }
        var repairs = repairs
        let end = crcEnd + tail
        if segment.count > Self.standardSegment {
            repairs.append(
                defect(
                    .oversize, at: start, through: end,
                    "segment of \(segment.count) bytes, at most \(Self.standardSegment) are allowed"))
        }
        if !endsInMark(segment) {
            report(.grammar, through: end, "the segment does not end in &&", to: &items)
            return true
        }
        if waitsForTail || buffer.count > crcEnd, tail != 2 || !isCRLF(at: crcEnd) {
            repairs.append(defect(.tail, at: start, through: end, "CR LF expected behind the check value"))
        }
        if let refused = repairs.first(where: { !tolerance.contains(.init($0.kind)) }) {
            report(refused.kind, through: end, refused.detail, to: &items)
        } else {
            flushGarbage(to: &items)
            items.append(
                .frame(
                    Frame(
                        offset: base + start, length: end - start, segment: Array(buffer[segment]),
                        crc: String(decoding: buffer[segment.upperBound..<crcEnd], as: UTF8.self), repairs: repairs)))
            position = end
        }
        isBehindFrame = tolerance.contains(.tail)
        return true
    }

    // MARK: Looking at bytes

    private func findMark(from index: Int) -> Int? {
        var index = index
        while index + 1 < buffer.count {
            if buffer[index] == UInt8(ascii: "#"), buffer[index + 1] == UInt8(ascii: "#") { return index }
            index += 1
        }
        return nil
    }

    private func declaredLength(at start: Int) -> Int? {
        var length = 0
        for index in start + 2..<start + 6 {
            guard buffer[index].isDigit else { return nil }
            length = length * 10 + Int(buffer[index] - 0x30)
        }
        return length
    }

    /// Where the next `##` with four digits begins, behind the mark at `start`.
    private func nextFrameStart(after start: Int) -> Int? {
        var index = start + 2
        while let mark = findMark(from: index), mark + 6 <= buffer.count {
            if declaredLength(at: mark) != nil { return mark }
            index = mark + 1
        }
        return nil
    }

    /// The end of the segment that ends in `&&`, has a fitting CRC behind it and then a tail, a mark or the end.
    private func repairedEnd(from first: Int, bound: Int, isFinal: Bool) -> Int? {
        var end = bound - 4
        while end >= first + 2 {
            defer { end -= 1 }
            guard buffer[end - 1] == UInt8(ascii: "&"), buffer[end - 2] == UInt8(ascii: "&"),
                let written = crc(at: end)
            else { continue }
            let isEnd = end + 4 == bound && (isFinal || bound < buffer.count)
            guard isEnd || end + 4 < buffer.count && [0x0D, 0x0A, 0x23].contains(buffer[end + 4]) else { continue }
            if written == CRC16.hj212(buffer[first..<end]) { return end }
        }
        return nil
    }

    private func crc(at index: Int) -> UInt16? {
        guard index + 4 <= buffer.count else { return nil }
        var value: UInt16 = 0
        for byte in buffer[index..<index + 4] {
            guard let digit = byte.hexValue else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private func crcText(at index: Int) -> String? {
        crc(at: index).map { _ in String(decoding: buffer[index..<index + 4], as: UTF8.self) }
    }

    private func endsInMark(_ segment: Range<Int>) -> Bool {
        segment.count >= 2 && buffer[segment.upperBound - 1] == UInt8(ascii: "&")
            && buffer[segment.upperBound - 2] == UInt8(ascii: "&")
    }

    private func isCRLF(at index: Int) -> Bool {
        index + 2 <= buffer.count && buffer[index] == 0x0D && buffer[index + 1] == 0x0A
    }

    /// Bytes of tail at `index` that belong to the frame, 0…2; nil when they have not come yet and must be seen.
    private func tailLength(at index: Int, isFinal: Bool) -> Int? {
        if isCRLF(at: index) { return 2 }
        let isUndecided = index == buffer.count || (index + 1 == buffer.count && buffer[index] == 0x0D)
        if isUndecided, waitsForTail, !isFinal { return nil }
        return index < buffer.count && (buffer[index] == 0x0D || buffer[index] == 0x0A) ? 1 : 0
    }

    /// Swallows CR and LF behind a frame, however many.
    private mutating func skipTail() {
        while position < buffer.count, buffer[position] == 0x0D || buffer[position] == 0x0A { position += 1 }
        if position < buffer.count { isBehindFrame = false }
    }

    // MARK: Reporting

    private func defect(_ kind: FrameDefect.Kind, at start: Int, through end: Int, _ detail: String) -> FrameDefect {
        FrameDefect(kind: kind, offset: base + start, length: end - start, detail: detail)
    }

    private mutating func report(_ kind: FrameDefect.Kind, through end: Int, _ detail: String, to items: inout [Item]) {
        flushGarbage(to: &items)
        items.append(.defect(defect(kind, at: position, through: end, detail)))
        position = end
    }

    private mutating func cutOff(at end: Int, detail: String, to items: inout [Item]) {
        report(.truncated, through: end, detail, to: &items)
    }

    private mutating func addGarbage(through end: Int) {
        guard end > position else { return }
        garbage = (garbage?.offset ?? base + position, (garbage?.length ?? 0) + end - position)
        position = end
    }

    private mutating func flushGarbage(to items: inout [Item]) {
        guard let run = garbage else { return }
        garbage = nil
        items.append(
            .defect(
                FrameDefect(
                    kind: .garbage, offset: run.offset, length: run.length,
                    detail: "\(run.length) bytes outside any frame")))
    }
}

extension FrameTolerance {
    /// The tolerance that a defect of this kind needs to be put right.
    init(_ kind: FrameDefect.Kind) {
        switch kind {
        case .length: self = .length
        case .tail: self = .tail
        case .oversize: self = .oversize
        case .crc: self = .crc
        case .truncated, .garbage, .grammar: self = FrameTolerance(rawValue: 1 << 30)
        }
    }
}
