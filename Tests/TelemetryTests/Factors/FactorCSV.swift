import Foundation

/// The factor list as it was collected, in Cases/hj212-factors.csv.
enum FactorCSV {
    /// One dictionary per line, by the names of the first line.
    static let rows: [[String: String]] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Cases/hj212-factors.csv")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { fatalError("cannot read \(path.path)") }
        let lines = text.split(whereSeparator: \.isNewline).map(fields)
        return lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first }) }
    }()

    /// The fields of one line; quotes may hold commas, doubled quotes mean one.
    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        var previous: Character?
        for character in line {
            if character == "\"" {
                // A doubled quote closes and opens again: the second one is text.
                if !isQuoted, previous == "\"" { fields[fields.count - 1].append(character) }
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            previous = character
        }
        return fields
    }
}
