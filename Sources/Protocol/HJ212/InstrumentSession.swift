package import Telemetry

/// One connection with a monitor that sends to us: bytes and the time in, answers and uploads out.
///
/// It answers only what it trusts and what asks for an answer, takes every upload once, and never answers an answer.
package struct InstrumentSession: Sendable {
    package enum Event: Equatable, Sendable {
        /// Bytes to send back.
        case reply([UInt8])
        case upload(HJ212Upload)
        /// Part of the stream was no good frame.
        case defect(FrameDefect)
        /// A frame of an MN that is not expected here; it was not answered.
        case refused(mn: String)
    }

    /// What has happened on this connection.
    package struct Counters: Equatable, Sendable {
        package var frames = 0
        package var repaired = 0
        package var defects = 0
        package var refused = 0
        package var duplicates = 0

        package init() {}
    }

    /// The rest of a frame may take this long.
    private static let frameTimeout = Duration.seconds(15)
    /// So many uploads back a repeated one is recognised.
    private static let remembered = 64

    /// Nil: every MN.
    private let accepted: Set<String>?
    private var scanner: FrameScanner
    private var waitingSince: Uptime?
    private var recent: [String] = []
    package private(set) var counters = Counters()

    package init(accepting mns: Set<String>?, tolerance: FrameTolerance = .usual) {
        accepted = mns
        scanner = FrameScanner(tolerance: tolerance)
    }

    package mutating func receive(_ bytes: some Collection<UInt8>, at now: Uptime) -> [Event] {
        let events = handle(scanner.feed(bytes))
        waitingSince = scanner.isWaiting ? now : nil
        return events
    }

    /// Gives up a frame whose rest does not come. To be called now and then.
    package mutating func tick(at now: Uptime) -> [Event] {
        guard let since = waitingSince, now - since >= Self.frameTimeout else { return [] }
        waitingSince = nil
        return handle(scanner.expire())
    }

    private mutating func handle(_ items: [FrameScanner.Item]) -> [Event] {
        items.flatMap { item in
            switch item {
            case .defect(let defect): return defective(defect)
            case .frame(let frame): return handle(frame)
            }
        }
    }

    private mutating func defective(_ defect: FrameDefect) -> [Event] {
        counters.defects += 1
        return [.defect(defect)]
    }

    private mutating func handle(_ frame: Frame) -> [Event] {
        guard let packet = Packet(segment: frame.segment) else {
            return defective(
                FrameDefect(
                    kind: .grammar, offset: frame.offset, length: frame.length,
                    detail: "the segment is no header with CP=&&…&&"))
        }
        counters.frames += 1
        if !frame.repairs.isEmpty { counters.repaired += 1 }
        if let accepted, !accepted.contains(packet.mn) {
            counters.refused += 1
            return [.refused(mn: packet.mn)]
        }
        return answer(to: packet) + upload(in: packet)
    }

    /// Data are answered with 9014, notifications and heartbeats with 9013. Source: HJ 212-2017, 6.6.
    private func answer(to packet: Packet) -> [Event] {
        guard packet.wantsAnswer else { return [] }
        switch packet.cn {
        case 2000...2999, 3015, 3019, 3020: return [.reply(FrameEncoder.answer(to: packet, cn: 9014))]
        case 1013, 9015, 9021: return [.reply(FrameEncoder.answer(to: packet, cn: 9013))]
        default: return []
        }
    }

    private mutating func upload(in packet: Packet) -> [Event] {
        guard let upload = HJ212Upload(packet) else { return [] }
        // Without a QN a repeated frame cannot be told from a new one with the same values; both are taken.
        if let qn = packet.field("QN"), !qn.isEmpty {
            let key = "\(packet.mn) \(packet.cn) \(qn)"
            if recent.contains(key) {
                counters.duplicates += 1
                return []
            }
            recent.append(key)
            if recent.count > Self.remembered { recent.removeFirst() }
        }
        return [.upload(upload)]
    }
}
