package import Protocol
package import Telemetry

/// Blocks of a samples file in, JSON lines of records out. However the file is cut into blocks, the lines are the same.
package struct ReplayStream: Sendable {
    /// A line of more bytes is an error.
    package static let longestLine = 65_536
    /// So many of the skipped lines are kept for the report.
    package static let reportedLines = 20

    private let configuration: GatewayConfiguration
    private let zone: ZoneRules
    private let kinds: Set<RecordKind>
    private let skipsBadLines: Bool
    private let encoder: RecordEncoder
    private var parser: SampleLineParser
    private var stamps: SampleStamps
    /// Nil before the first sample.
    private var machine: ReplayMachine?
    /// The line that is not complete yet.
    private var rest: [UInt8] = []
    /// The line was too long and its rest is passed over.
    private var isPassingOver = false
    private var line = 0
    private var output: [UInt8] = []

    /// Samples read, marks included.
    package private(set) var samples = 0
    /// Records made, also those of kinds that are not written.
    package private(set) var records: Int64 = 0
    package private(set) var skippedLines = 0
    /// The first of the skipped lines.
    package private(set) var skipped: [BadSampleLine] = []
    /// Samples with another number than the one their instant has.
    package private(set) var contradictions = 0
    /// The first of them.
    package private(set) var contradicting: [BadSampleLine] = []

    /// - Parameters:
    ///   - kinds: what is written. Sequence numbers count every record, so choosing kinds renumbers nothing.
    ///   - skipsBadLines: whether lines that cannot be used are counted and passed over.
    package init(
        _ configuration: GatewayConfiguration, zone: ZoneRules, kinds: Set<RecordKind> = Set(RecordKind.allCases),
        skipsBadLines: Bool = false
    ) {
        self.configuration = configuration
        self.zone = zone
        self.kinds = kinds
        self.skipsBadLines = skipsBadLines
        encoder = RecordEncoder(gateway: configuration.gateway.id)
        stamps = SampleStamps(configuration)
        parser = SampleLineParser(outlets: configuration.outlets, meters: configuration.power.meters)
    }

    /// The instant of the latest sample.
    package var latest: WallInstant? { machine?.latest }

    /// `instant` on the plant's clock, for people.
    package func date(of instant: WallInstant) -> String { zone.civilTime(at: instant).readable }

    /// The lines written since the last call.
    package mutating func takeOutput() -> [UInt8] {
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    /// Reads the next block of the file. After an error the stream is over; what came before it is in the output.
    package mutating func feed(_ block: [UInt8]) throws(BadSampleLine) {
        let bytes = block.span
        var start = 0
        for end in block.indices where bytes[end] == UInt8(ascii: "\n") {
            if rest.isEmpty, !isPassingOver {
                try take(bytes.extracting(start..<end))
            } else {
                try keep(block[start..<end])
                try endLine()
            }
            start = end + 1
        }
        if start < block.count { try keep(block[start...]) }
    }

    /// Reads the last line, if no line feed ended it, and closes what its samples complete.
    package mutating func finish() throws(BadSampleLine) {
        try endLine()
        guard let records = machine?.finish() else { return }
        write(records)
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) throws(BadSampleLine) {
        guard !isPassingOver else { return }
        rest += bytes.prefix(Self.longestLine + 1 - rest.count)
        guard rest.count > Self.longestLine else { return }
        let long = rest
        rest = []
        isPassingOver = true
        try take(long.span)
    }

    private mutating func endLine() throws(BadSampleLine) {
        guard !isPassingOver else {
            isPassingOver = false
            return
        }
        let whole = rest
        rest = []
        if !whole.isEmpty { try take(whole.span) }
    }

    /// Reads one line.
    private mutating func take(_ bytes: Span<UInt8>) throws(BadSampleLine) {
        line += 1
        do throws(SampleLineProblem) {
            guard bytes.count <= Self.longestLine else {
                throw SampleLineProblem(
                    column: 1,
                    text: .init("longer than \(Self.longestLine) bytes", zh: "超过 \(Self.longestLine) 字节"))
            }
            guard var sample = try parser.parse(bytes) else { return }
            if let latest, sample.at < latest { throw outOfOrder(sample.at, after: latest) }
            switch stamps.take(sample) {
            case .new: take(sample)
            case .better:
                sample.isBetter = true
                take(sample)
            case .known: samples += 1
            case .contradiction: noteContradiction(sample)
            }
        } catch {
            let bad = BadSampleLine(line: line, problem: error)
            guard skipsBadLines else { throw bad }
            skippedLines += 1
            if skipped.count < Self.reportedLines { skipped.append(bad) }
        }
    }

    private mutating func take(_ sample: OutletSample) {
        samples += 1
        if machine == nil { machine = ReplayMachine(configuration, zone: zone, startingAt: sample.at) }
        guard let records = machine?.take(sample), !records.isEmpty else { return }
        write(records)
    }

    private mutating func noteContradiction(_ sample: OutletSample) {
        samples += 1
        contradictions += 1
        guard contradicting.count < Self.reportedLines else { return }
        let time = date(of: sample.at)
        let problem = SampleLineProblem(
            column: 1,
            text: .init(
                "there is another number at \(time) already; the first one counts",
                zh: "\(time) 已有另一个数值；以第一个为准"))
        contradicting.append(BadSampleLine(line: line, problem: problem, isWarning: true))
    }

    private func outOfOrder(_ instant: WallInstant, after latest: WallInstant) -> SampleLineProblem {
        let times = [instant, latest].map(date)
        return SampleLineProblem(
            column: 1,
            text: .init(
                "the sample of \(times[0]) comes after one of \(times[1]); samples are in order of time, "
                    + "so sort the lines by ts",
                zh: "\(times[0]) 的样本在 \(times[1]) 的样本之后；样本须按时间排列，请按 ts 排序"))
    }

    private mutating func write(_ new: [Record]) {
        for record in new {
            records += 1
            guard kinds.contains(record.kind) else { continue }
            output += encoder.encode(record, sequence: records)
            output.append(UInt8(ascii: "\n"))
        }
    }
}
