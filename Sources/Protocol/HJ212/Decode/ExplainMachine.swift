package import Telemetry

/// What `gatewayd decode --explain` says about a stream: a few lines per frame or defect, an empty line between them.
package struct ExplainMachine {
    private var scanner: FrameScanner
    private let explanation: FrameExplanation
    private var recent = RecentBytes()
    /// Stream offset behind the last item.
    private var reported = 0
    /// Defects so far.
    package private(set) var defects = 0

    /// `edition`: how every frame is read, whatever its Flag says. `keys`: for encrypted data areas.
    package init(
        tolerance: Tolerance = .strict, edition: Edition? = nil, language: ReportLanguage = .both,
        keys: KeyRing = KeyRing()
    ) {
        scanner = FrameScanner(tolerance: tolerance, keys: keys)
        explanation = FrameExplanation(edition: edition, language: language)
    }

    /// Takes in the next bytes and returns the lines they complete, without line ends.
    package mutating func feed(_ bytes: [UInt8]) -> [String] {
        recent.append(bytes)
        return report(scanner.feed(bytes))
    }

    /// The lines of what was still open when the stream ended.
    package mutating func finish() -> [String] {
        report(scanner.expire())
    }

    private mutating func report(_ items: [ScannedItem]) -> [String] {
        var lines: [String] = []
        for item in items {
            switch item {
            case .frame(let frame):
                reported = frame.offset + frame.bytes.count
                lines += explanation.lines(frame)
            case .defect(let defect):
                defects += 1
                reported = defect.offset + defect.length
                lines += explanation.lines(defect, bytes: recent.from(defect.offset, count: defect.length))
            }
            lines.append("")
        }
        recent.forget(before: reported)
        return lines
    }
}
