import Foundation
import GatewayCore
import TestSupport
import Testing

@Suite("A configuration that somebody spoilt (R26)")
struct ConfigurationMutationTests {
    /// What hands and editors do to a file.
    private enum Mutation: CaseIterable {
        case misspelKey, dropColon, dropLine, doubleLine, indent, tab, emptyValue, garbage, negative, enormous,
            wrongUnit
        case openQuote, openBracket

        func apply(to lines: inout [String], at line: Int, _ random: inout SeededGenerator) {
            let text = lines[line]
            let colon = text.firstIndex(of: ":")
            func value(_ new: String) -> String { colon.map { text[...$0] + " " + new } ?? text + new }
            switch self {
            case .misspelKey:
                guard let colon, colon > text.startIndex else { return }
                lines[line].remove(at: text.index(before: colon))
            case .dropColon: if let colon { lines[line].remove(at: colon) }
            case .dropLine: lines.remove(at: line)
            case .doubleLine: lines.insert(text, at: line)
            case .indent: lines[line] = String(repeating: " ", count: Int.random(in: 1...3, using: &random)) + text
            case .tab: lines[line] = "\t" + text
            case .emptyValue: lines[line] = value("")
            case .garbage: lines[line] = value("?§$%")
            case .negative: lines[line] = value("-1")
            case .enormous: lines[line] = value("99999999999999999999999")
            case .wrongUnit: lines[line] = value("5 parsecs")
            case .openQuote: lines[line] = value("\"abc")
            case .openBracket: lines[line] = value("[ a, b")
            }
        }
    }

    @Test("Every one of 200 spoilt files is refused with file, line, column and words, or is still a configuration")
    func mutations() throws {
        let sample = SourceTree.repository.appendingPathComponent("config/gateway.yaml")
        let original = try String(contentsOf: sample, encoding: .utf8).components(separatedBy: "\n")
        let isMeant = { (line: String) in
            !line.trimmingCharacters(in: .whitespaces).hasPrefix("#") && line.contains(":")
        }
        let places = original.indices.filter { isMeant(original[$0]) }
        var random = SeededGenerator()
        var refused = 0
        for number in 0..<randomCases(200) {
            var lines = original
            let mutation = Mutation.allCases.randomElement(using: &random) ?? .dropLine
            let line = places.randomElement(using: &random) ?? 0
            mutation.apply(to: &lines, at: line, &random)
            let text = lines.joined(separator: "\n")
            let result = readConfiguration(
                text.utf8, file: "gateway.yaml", in: sample.deletingLastPathComponent().path)
            let spoilt = "\(random) \(number): \(mutation) at line \(line + 1): \(result.lines)"
            #expect((result.configuration == nil) == !result.errors.isEmpty, "\(spoilt)")
            if result.errors.isEmpty { continue }
            refused += 1
            for problem in result.errors {
                #expect(problem.line >= 1 && problem.column >= 1 && !problem.message.isEmpty, "\(spoilt)")
                if problem.file == "gateway.yaml" { #expect(problem.line <= lines.count + 1, "\(spoilt)") }
                if problem.message.contains("unknown key") { #expect(problem.hint != nil, "\(spoilt)") }
                #expect(problem.description.wholeMatch(of: #/[^\n]+:\d+:\d+: error: [^\n]+/#) != nil, "\(spoilt)")
            }
        }
        // Comments, quoted values and repeated entries leave some as they were.
        #expect(refused > 100, "\(random)")
    }
}
