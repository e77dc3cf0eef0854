/// Cuts HJ 212 frames out of a stream of bytes and finds its way back after whatever is not one.
///
/// Any division of the stream into chunks gives the same items, and no strictly well framed frame that follows a defect is
/// lost. It holds back at most one unfinished candidate, which ``expire()`` resolves: the standard has no time limit for
/// an incomplete frame, so its user brings one.
/// Source: HJ 212-2017 for the layout of a frame; on garbage, wrong lengths and time limits the standard is silent.
package struct FrameScanner: Sendable {
    /// Something is held back until more bytes arrive or the time is up.
    package enum Pending: Sendable {
        /// A frame that still lacks bytes.
        case frame
        /// A frame that is whole but for its line end, which some devices never send.
        case tail
    }

    /// The longest segment that is looked for; what the four digits of the length field can say beyond is a defect.
    package static let defaultLimit = 4096

    private let tolerance: Tolerance
    private let limit: Int
    /// With which encrypted data areas are read; a change counts from the next frame on.
    package var keys: KeyRing
    /// Bytes not yet part of an item from `head` on: less than a frame of `limit` bytes between two calls.
    private var buffer: [UInt8] = []
    private var head = 0
    /// The stream offset of `buffer[0]`.
    private var base = 0
    private var candidate: FrameCandidate?
    private var skipped: SkippedRun?
    private var followsFrame = false
    private var items: [ScannedItem] = []

    /// What the unfinished bytes wait for; nil when nothing but bytes outside frames is held back.
    package private(set) var pending: Pending?

    /// `limit`: see ``defaultLimit``.
    package init(tolerance: Tolerance, limit: Int = FrameScanner.defaultLimit, keys: KeyRing = KeyRing()) {
        self.tolerance = tolerance
        self.limit = limit
        self.keys = keys
    }

    /// Whether an item has begun and is not reported yet, be it only bytes outside frames.
    package var holdsBytes: Bool { pending != nil || skipped != nil }

    /// Bytes outside frames that are known but not reported yet.
    package var unreportedBytes: Int { skipped?.length ?? 0 }

    /// Takes in the next bytes of the stream and returns the items they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScannedItem] {
        dropConsumed()
        buffer.append(contentsOf: bytes)
        return scan(ended: false)
    }

    /// Resolves what is held back as if the stream ended here: no more bytes came within the time limit. The stream may
    /// go on afterwards.
    package mutating func expire() -> [ScannedItem] {
        scan(ended: true)
    }

    private mutating func dropConsumed() {
        if head == buffer.count {
            base += head
            buffer.removeAll(keepingCapacity: true)
            head = 0
        } else if head > limit {
            base += head
            buffer.removeFirst(head)
            head = 0
        }
    }

    private mutating func scan(ended: Bool) -> [ScannedItem] {
        pending = nil
        while head < buffer.count, pending == nil { step(ended: ended) }
        if ended { reportSkipped() }
        defer { items.removeAll() }
        return items
    }

    private mutating func step(ended: Bool) {
        if var candidate = self.candidate {
            let verdict = candidate.judge(buffer, at: head, ended: ended)
            switch verdict {
            case .waiting(let need):
                self.candidate = candidate
                pending = need == .tail ? .tail : .frame
            case .decided(let end, let cut, let faults):
                self.candidate = nil
                report(end: end, cut: cut, faults: faults)
            }
            return
        }
        switch FrameHeader.read(buffer, at: head, ended: ended) {
        case .header(let header): candidate = FrameCandidate(header: header, limit: limit, keys: keys)
        case .incomplete: pending = .frame
        case .cut: report(end: buffer.count, cut: nil, faults: [.truncated(declared: nil, received: 0)])
        case .other:
            let next = buffer[(head + 1)...].firstIndex(of: ASCII.hash) ?? buffer.count
            skip(to: next)
        }
    }

    private mutating func report(end: Int, cut: FrameCandidate.Cut?, faults: [FrameFault]) {
        reportSkipped()
        let frame = cut.map { cut in
            Frame(
                offset: base + head, bytes: Array(buffer[head..<end]),
                segmentRange: cut.segment.lowerBound - head..<cut.segment.upperBound - head,
                declaredLength: cut.declared, statedCRC: cut.field.value, plainSegment: cut.plain, faults: faults)
        }
        if let frame, tolerance.allows(faults) {
            items.append(.frame(frame))
        } else {
            items.append(
                .defect(FrameDefect(offset: base + head, length: end - head, faults: faults, frame: frame)))
        }
        followsFrame = frame != nil
        head = end
    }

    private mutating func skip(to end: Int) {
        var run = skipped ?? SkippedRun(offset: base + head, followsFrame: followsFrame)
        run.append(buffer[head..<end])
        skipped = run
        head = end
    }

    private mutating func reportSkipped() {
        guard let run = skipped else { return }
        items.append(.defect(run.defect))
        skipped = nil
        followsFrame = false
    }
}

/// A run of bytes that belong to no frame: counted, not kept.
private struct SkippedRun: Sendable {
    let offset: Int
    let followsFrame: Bool
    private(set) var length = 0
    private var sample: [UInt8] = []
    private var onlyLineEnds = true

    init(offset: Int, followsFrame: Bool) {
        self.offset = offset
        self.followsFrame = followsFrame
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        length += bytes.count
        sample.append(contentsOf: bytes.prefix(16 - sample.count))
        onlyLineEnds = onlyLineEnds && bytes.allSatisfy(ASCII.isLineEnd)
    }

    var defect: FrameDefect {
        let fault = followsFrame && onlyLineEnds ? FrameFault.extraLineEnds(count: length) : .garbage(sample: sample)
        return FrameDefect(offset: offset, length: length, faults: [fault], frame: nil)
    }
}
