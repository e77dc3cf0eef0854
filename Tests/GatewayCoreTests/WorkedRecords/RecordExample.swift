import Foundation
import Testing

/// A row of the table "Which data count" in docs/calculation.md: some samples, and what the gateway makes of them.
struct RecordExample: CustomTestStringConvertible, Sendable {
    /// What the row shows, for people.
    let text: String
    /// See ``ExampleSite``.
    let given: String
    /// See ``ExampleOutcome``.
    let result: String

    var testDescription: String { text }

    /// The rows of a page: three cells, the second and third of them in backticks.
    static func rows(of page: String) throws -> [RecordExample] {
        let text = try String(contentsOf: SourceTree.repository.appending(path: "docs/\(page)"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard line.hasPrefix("|"), cells.count == 3, let given = code(cells[1]), let result = code(cells[2]) else {
                return nil
            }
            return RecordExample(text: cells[0], given: given, result: result)
        }
    }

    private static func code(_ cell: String) -> String? {
        guard cell.count > 2, cell.hasPrefix("`"), cell.hasSuffix("`") else { return nil }
        let inner = String(cell.dropFirst().dropLast())
        return inner.contains("`") ? nil : inner
    }
}

/// An example that the test cannot read.
struct UnreadableExample: Error {
    let text: String
}

extension StringProtocol {
    /// The parts between `separator` where that stands outside of quotes.
    func parts(by separator: String) -> [String] {
        var parts: [String] = []
        for piece in self.components(separatedBy: separator) {
            // An open quote goes on behind the separator.
            if let last = parts.last, last.count(where: { $0 == "\"" }) % 2 == 1 {
                parts[parts.count - 1] = last + separator + piece
            } else {
                parts.append(piece)
            }
        }
        return parts
    }
}
