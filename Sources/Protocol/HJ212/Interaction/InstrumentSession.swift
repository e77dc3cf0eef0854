package import Telemetry

/// The host's side of one line on which monitors send HJ 212 frames to the gateway.
///
/// Bytes and the time go in; replies to be sent and uploads to be used come out. It answers what asks for an answer, in
/// the packet's own edition, and never what cannot be trusted: a damaged frame, a foreign checksum, an MN that is not
/// expected, an answer.
/// Source: HJ 212-2017, examples C.11, C.14 and C.50.
package struct InstrumentSession: Sendable {
    /// What came of received bytes, in their order.
    package enum Event: Hashable, Sendable {
        /// To be sent on the same line at once.
        case reply([UInt8])
        /// Data, delivered once however often they are sent.
        case upload(HJ212Upload)
        /// A good packet that is none of the uploads that become samples: heartbeat, device information, an answer.
        case other(Packet)
        /// An upload that was delivered before.
        case duplicate(mn: String, command: CommandCode)
        /// A good frame of a device that is not expected here: not answered, not used.
        case refused(mn: String, command: CommandCode?)
        /// Bytes that could not be used.
        case defect(FrameDefect)
        /// A deviation that was overlooked, as the tolerance allows.
        case tolerated(FrameDefect)
    }

    /// What the line has seen since it opened.
    package struct Counters: Hashable, Sendable {
        /// Frames that were accepted, refused and repeated ones included.
        package var frames = 0
        /// Of these, frames with a tolerated fault.
        package var repaired = 0
        package var uploads = 0
        package var duplicates = 0
        /// Frames of devices that are not expected.
        package var refused = 0
        /// Defects by the kind of their first fault.
        package var defects: [FrameFault.Kind: Int] = [:]
        /// Bytes that belonged to no accepted frame.
        package var skippedBytes = 0
        package var replies = 0
    }

    /// How long to wait for the rest of a frame. The standard names no limit; a frame takes about a second at 9600 baud.
    package static let frameTimeout = Duration.seconds(10)
    /// How long to wait for a line end before a frame is taken without it.
    package static let tailTimeout = Duration.milliseconds(200)

    private let accepted: Set<String>?
    private let tolerance: Tolerance
    private var scanner: FrameScanner
    private var recent = RecentUploads()
    package private(set) var counters = Counters()

    /// When ``tick(at:)`` has something to do; nil when nothing is held back.
    package private(set) var deadline: Uptime?

    /// `accepted`: the MNs that are expected on this line, compared as text without blanks around it; nil: any.
    package init(accepting accepted: Set<String>?, tolerance: Tolerance = .intake) {
        self.accepted = accepted
        self.tolerance = tolerance
        scanner = FrameScanner(tolerance: tolerance)
    }

    /// Takes in the next bytes of the line.
    package mutating func receive(_ bytes: some Sequence<UInt8>, at now: Uptime) -> [Event] {
        let events = handle(scanner.feed(bytes))
        deadline = nextDeadline(after: now)
        return events
    }

    /// Resolves what has been incomplete for too long.
    package mutating func tick(at now: Uptime) -> [Event] {
        guard let deadline, now >= deadline else { return [] }
        return close()
    }

    /// Resolves what is incomplete because the line closed.
    ///
    /// The session can serve the next connection of the same device: it then still knows what was delivered, so that an
    /// upload whose answer was lost with the connection counts once.
    package mutating func close() -> [Event] {
        deadline = nil
        return handle(scanner.expire())
    }

    private func nextDeadline(after now: Uptime) -> Uptime? {
        guard scanner.holdsBytes else { return nil }
        return now + (scanner.pending == .tail ? Self.tailTimeout : Self.frameTimeout)
    }
}

extension InstrumentSession {
    private mutating func handle(_ items: [ScannedItem]) -> [Event] {
        var events: [Event] = []
        for item in items {
            switch item {
            case .frame(let frame): handle(frame, &events)
            case .defect(let defect): handle(defect, &events)
            }
        }
        return events
    }

    private mutating func handle(_ defect: FrameDefect, _ events: inout [Event]) {
        counters.skippedBytes += defect.length
        // Blank lines between frames are so common that they are no news where tails are tolerated.
        if tolerance.allows(defect.faults) { return events.append(.tolerated(defect)) }
        counters.defects[defect.kind, default: 0] += 1
        events.append(.defect(defect))
    }

    private mutating func handle(_ frame: Frame, _ events: inout [Event]) {
        counters.frames += 1
        if !frame.faults.isEmpty {
            counters.repaired += 1
            events.append(
                .tolerated(
                    FrameDefect(offset: frame.offset, length: frame.bytes.count, faults: frame.faults, frame: frame)))
        }
        let packet = Packet(segment: frame.segment)
        guard isExpected(packet.mn) else {
            counters.refused += 1
            let mn = packet.mn.map { String($0.text.prefix(64)) } ?? ""
            return events.append(.refused(mn: mn, command: packet.cn))
        }
        if let answer = packet.hostAnswer, let bytes = FrameEncoder.frame(answer) {
            counters.replies += 1
            events.append(.reply(bytes))
        }
        deliver(packet, &events)
    }

    private func isExpected(_ mn: FieldText?) -> Bool {
        guard let accepted else { return true }
        return mn.map { accepted.contains($0.text) } ?? false
    }

    private mutating func deliver(_ packet: Packet, _ events: inout [Event]) {
        guard let command = packet.cn, command.isData else { return events.append(.other(packet)) }
        guard recent.insert(packet) else {
            counters.duplicates += 1
            return events.append(.duplicate(mn: packet.mn?.text ?? "", command: command))
        }
        guard let upload = HJ212Upload(packet) else { return events.append(.other(packet)) }
        counters.uploads += 1
        events.append(.upload(upload))
    }
}
