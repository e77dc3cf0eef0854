package import Telemetry

/// Blocks of a file with records, one JSON object a line, in; the hours and longer periods of one outlet out.
///
/// Lines of other kinds and outlets are passed over. However the file is cut into blocks, the result is the same.
package struct PeriodRecordStream: Sendable {
    /// A line that is no record.
    package struct BadLine: Equatable, Sendable {
        /// From 1.
        package let number: Int
        package let message: BilingualText
    }

    /// So many of the bad lines are kept for the report.
    package static let reportedLines = 20

    private let outlet: String
    /// The line that is not complete yet.
    private var rest: [UInt8] = []
    private var isOverlong = false
    private var line = 0
    /// How many lines are no records.
    package private(set) var badLines = 0
    /// The first of them.
    package private(set) var reported: [BadLine] = []

    package init(outlet: String) {
        self.outlet = outlet
    }

    /// Takes in the next block and returns the records that are complete with it.
    package mutating func feed(_ block: [UInt8]) -> [PeriodRecord] {
        var records: [PeriodRecord] = []
        var remaining = block[...]
        while let end = remaining.firstIndex(of: UInt8(ascii: "\n")) {
            append(remaining[..<end])
            records += finish()
            remaining = remaining[(end + 1)...]
        }
        append(remaining)
        return records
    }

    /// The record of the last line, which needs no line end.
    package mutating func finish() -> [PeriodRecord] {
        line += 1
        defer {
            rest.removeAll(keepingCapacity: true)
            isOverlong = false
        }
        if isOverlong {
            report(.init("longer than \(PeriodRecord.longest) bytes", zh: "超过 \(PeriodRecord.longest) 字节"))
            return []
        }
        guard !rest.allSatisfy(isJSONSpace), !Self.isOfAnotherKind(rest) else { return [] }
        do throws(PeriodRecord.Problem) {
            guard let record = try PeriodRecord(json: rest), record.outlet == outlet else { return [] }
            return [record]
        } catch {
            report(error.text)
            return []
        }
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        guard !isOverlong, rest.count + bytes.count <= PeriodRecord.longest else {
            isOverlong = true
            return
        }
        rest += bytes
    }

    private mutating func report(_ message: BilingualText) {
        badLines += 1
        if reported.count < Self.reportedLines { reported.append(BadLine(number: line, message: message)) }
    }

    /// The values of `kind` that are wanted, as they are written here.
    private static let words = PeriodRecord.kinds.map { Array("\"\($0.rawValue)\"".utf8) }

    /// A year has half a million minute records, which need not be read to be passed over: as they are written here, none of
    /// the words occurs in them.
    private static func isOfAnotherKind(_ line: [UInt8]) -> Bool {
        guard line.starts(with: Array(#"{"v":1,"#.utf8)), line.last(where: { !isJSONSpace($0) }) == UInt8(ascii: "}")
        else { return false }
        return !containsWord(line.span)
    }

    private static func containsWord(_ line: Span<UInt8>) -> Bool {
        for start in 0..<line.count where line[start] == UInt8(ascii: "\"") {
            for word in words where isWord(word.span, at: start, in: line) { return true }
        }
        return false
    }

    private static func isWord(_ word: Span<UInt8>, at start: Int, in line: Span<UInt8>) -> Bool {
        guard start + word.count <= line.count else { return false }
        var length = 0
        while length < word.count, line[start + length] == word[length] { length += 1 }
        return length == word.count
    }
}
