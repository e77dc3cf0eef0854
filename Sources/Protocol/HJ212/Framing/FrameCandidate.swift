/// Decides what to make of the bytes after one frame header.
///
/// First the place is looked at that the length field points to. If no HJ 212 checksum fits there, the segment's true end
/// is searched; then foreign checksums are considered; else the bytes up to the next header are a defect. No decision
/// depends on how the bytes were divided on their way.
struct FrameCandidate {
    enum Verdict {
        case waiting(Need)
        /// The candidate ends at index `end`. `cut` is there when a frame could be cut; `faults` lists what is wrong.
        case decided(end: Int, cut: Cut?, faults: [FrameFault])
    }

    /// What a candidate waits for.
    enum Need { case frame, tail }

    /// The parts of a frame, as indices of the buffer.
    struct Cut {
        let segment: Range<Int>
        let declared: Int
        let field: CRCField
        /// The segment before it was encrypted; nil for one that was not.
        var plain: [UInt8]?
    }

    private let header: FrameHeader
    /// Bytes of a segment up to which an end is looked for.
    private let limit: Int
    private let keys: KeyRing
    private var search: EndSearch?
    /// The search's result, once it has one.
    private var finding: EndSearch.Finding?

    init(header: FrameHeader, limit: Int, keys: KeyRing) {
        self.header = header
        self.limit = limit
        self.keys = keys
    }

    /// What `bytes` make of the header at index `start`. `ended`: no more bytes will arrive.
    mutating func judge(_ bytes: [UInt8], at start: Int, ended: Bool) -> Verdict {
        let segment = start + header.size
        var declaredLooksLikeEnd = false
        if header.declared <= limit {
            let end = segment + header.declared
            guard ended || bytes.count >= end + 4 else { return .waiting(.frame) }
            switch declaredEnd(bytes, segment: segment, ended: ended) {
            case .waiting: return .waiting(.tail)
            case .fits(let verdict): return verdict
            case .plausible: declaredLooksLikeEnd = true
            case .implausible: break
            }
        }
        if finding == nil {
            var search = search ?? EndSearch(keys: keys)
            let reach = declaredLooksLikeEnd ? header.declared : limit
            let result = search.run(bytes, segment: segment, limit: reach, ended: ended)
            self.search = search
            if result == .open { return .waiting(.frame) }
            finding = result
        }
        switch finding {
        case .fits(let length):
            return conclude(bytes, segment: segment, length: length, ended: ended)
        case .nothing(let end, _) where declaredLooksLikeEnd && end == header.declared:
            return conclude(bytes, segment: segment, length: end, ended: ended)
        case .nothing(_, .some(let place)):
            return conclude(bytes, segment: segment, length: place, ended: ended)
        case .nothing(let end, .none):
            let fault = endless(received: end)
            return .decided(end: segment + end, cut: nil, faults: headerFaults + [fault])
        case .open, .none:
            return .waiting(.frame)
        }
    }

    private var headerFaults: [FrameFault] { header.fault.map { [$0] } ?? [] }

    /// Why no end was found among `received` bytes.
    private func endless(received: Int) -> FrameFault {
        if received >= limit, header.declared > Frame.maximumSegmentLength { return .oversize(length: header.declared) }
        if received < header.declared + 4 { return .truncated(declared: header.declared, received: received) }
        return .noEnd(declared: header.declared)
    }
}

extension FrameCandidate {
    /// What stands where the length field says the segment ends.
    private enum DeclaredEnd {
        case waiting
        /// The checksum fits and nothing speaks against the frame.
        case fits(Verdict)
        /// It looks like an end, but the checksum does not fit.
        case plausible
        case implausible
    }

    private func declaredEnd(_ bytes: [UInt8], segment: Int, ended: Bool) -> DeclaredEnd {
        let end = segment + header.declared
        guard end <= bytes.count else { return .implausible }
        let field = CRCField.read(bytes, at: end)
        let closed = Self.closes(bytes, segment: segment..<end)
        if field == .other || !closed && field.length < 4 { return .implausible }
        guard let tail = FrameTail.read(bytes, at: end + field.length, ended: ended) else { return .waiting }
        guard closed || tail == .lineEnd else { return .implausible }
        let checksum = Checksum(of: bytes[segment..<end], field, keys: keys)
        guard checksum.fits else {
            // Fewer digits at the very end of the stream are a checksum cut short.
            return field.length == 4 || end + field.length < bytes.count ? .plausible : .implausible
        }
        if let inner = innerHeader(bytes, segment: segment..<end) {
            guard closed, tail == .lineEnd, !holdsFrame(bytes, in: inner..<end + 6) else { return .plausible }
        }
        return .fits(
            conclude(bytes, segment: segment, length: header.declared, checksum: checksum, ended: ended))
    }

    private static func closes(_ bytes: [UInt8], segment: Range<Int>) -> Bool {
        segment.count >= 2 && bytes[segment.upperBound - 1] == ASCII.ampersand
            && bytes[segment.upperBound - 2] == ASCII.ampersand
    }

    /// The first frame header inside a segment. Almost no segment has one; where a length field spans several frames,
    /// a checksum that fits by chance (one in 256 does) must not swallow them.
    private func innerHeader(_ bytes: [UInt8], segment: Range<Int>) -> Int? {
        var rest = segment
        while let index = bytes.span.firstIndex(of: .hash, in: rest) {
            if case .header = FrameHeader.read(bytes, at: index, ended: true) { return index }
            rest = index + 1..<segment.upperBound
        }
        return nil
    }

    /// Whether a strictly well framed frame lies within `range`.
    private func holdsFrame(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
        range.contains { start in
            guard case .header(let inner) = FrameHeader.read(bytes, at: start, ended: true), inner.fault == nil
            else { return false }
            let segment = start + inner.size..<start + inner.size + inner.declared
            guard segment.upperBound + 6 <= range.upperBound, Self.closes(bytes, segment: segment),
                FrameTail.read(bytes, at: segment.upperBound + 4, ended: true) == .lineEnd,
                case .complete(let stated) = CRCField.read(bytes, at: segment.upperBound)
            else { return false }
            return stated == CRC16(bytes[segment]).value
        }
    }

    /// The verdict on a segment of `length` bytes that ends in a checksum field of some kind.
    private func conclude(
        _ bytes: [UInt8], segment: Int, length: Int, checksum: Checksum? = nil, ended: Bool
    ) -> Verdict {
        let range = segment..<segment + length
        let field = CRCField.read(bytes, at: range.upperBound)
        guard let tail = FrameTail.read(bytes, at: range.upperBound + field.length, ended: ended) else {
            return .waiting(.tail)
        }
        var cut = Cut(segment: range, declared: header.declared, field: field)
        var faults = headerFaults
        let checksum = checksum ?? Checksum(of: bytes[range], field, keys: keys)
        if let cipher = checksum.cipher {
            cut.plain = cipher.plainSegment
            faults += lengthFaults(length, plain: cipher.plainSegment.count)
            if cipher.isList { faults.append(.listedCiphertext) }
        } else {
            faults += lengthFaults(length, plain: length)
            if let fault = checksum.fault(bytes[range], field) { faults.append(fault) }
            if !Self.closes(bytes, segment: range) { faults.append(.unclosedSegment) }
        }
        if tail != .lineEnd { faults.append(.tail(tail)) }
        return .decided(end: range.upperBound + field.length + tail.length, cut: cut, faults: faults)
    }

    /// What is wrong about a segment of `length` bytes that has `plain` bytes when it is decrypted: senders that write a
    /// list of hex numbers state either length.
    private func lengthFaults(_ length: Int, plain: Int) -> [FrameFault] {
        var faults: [FrameFault] = []
        if header.declared != length, header.declared != plain {
            faults.append(.length(declared: header.declared, actual: length))
        }
        if plain > Frame.maximumSegmentLength { faults.append(.oversize(length: plain)) }
        return faults
    }
}

/// What a segment and the checksum field behind it have to do with each other.
private struct Checksum {
    /// The HJ 212 checksum of the segment.
    let computed: UInt16
    /// What a key makes of the segment so that the stated checksum fits.
    let cipher: Ciphertext?
    let fits: Bool

    /// A checksum fits ciphertext by chance once in 256 times, so what looks like ciphertext is tried with the keys even
    /// then.
    init(of segment: ArraySlice<UInt8>, _ field: CRCField, keys: KeyRing) {
        computed = CRC16(segment).value
        if !keys.isEmpty, case .complete(let stated) = field,
            computed != stated || Ciphertext.isLikely(in: segment)
        {
            cipher = Ciphertext(segment, checksum: stated, keys: keys)
        } else {
            cipher = nil
        }
        fits = field.value == computed || cipher != nil
    }

    /// What is wrong with the checksum of a segment that no key fits.
    func fault(_ segment: ArraySlice<UInt8>, _ field: CRCField) -> FrameFault? {
        switch field {
        case .complete(computed):
            return nil
        case .complete(let stated):
            let modbus = CRC16.modbus(segment)
            if stated == modbus { return .modbusCRC(computed: computed, stated: stated, lowByteFirst: false) }
            if stated == modbus.byteSwapped {
                return .modbusCRC(computed: computed, stated: stated, lowByteFirst: true)
            }
            return Ciphertext.isLikely(in: segment)
                ? .encrypted(computed: computed, stated: stated) : .crc(computed: computed, stated: stated)
        case .unpadded(computed, let digits):
            return .unpaddedCRC(digits: digits)
        case .unpadded(let stated, _):
            return .crc(computed: computed, stated: stated)
        case .missing, .other:
            return .missingCRC(computed: computed)
        }
    }
}
