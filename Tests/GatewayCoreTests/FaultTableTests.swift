import Foundation
import Testing

/// Holds docs/faults.md to the tests that it names.
@Suite struct FaultTableTests {
    @Test("every fault of the table is tested under its id where the table says, in both languages alike")
    func table() throws {
        let tests = SourceTree.repository.appending(path: "Tests")
        let english = try rows("docs/faults.md")
        #expect(english.map(\.id) == english.map(\.id).sorted())
        #expect(english.count >= 24)
        let chinese = try rows("docs/faults.zh-CN.md")
        #expect(chinese.map(\.id) == english.map(\.id))
        #expect(chinese.map(\.suites) == english.map(\.suites))
        var sources: [String: String] = [:]
        let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
        for case let url as URL in files where url.pathExtension == "swift" {
            // Two targets may have a file of one name.
            sources[url.deletingPathExtension().lastPathComponent, default: ""] += try String(
                contentsOf: url, encoding: .utf8)
        }
        for row in english {
            #expect(!row.suites.isEmpty, "\(row.id)")
            for suite in row.suites {
                let source = try #require(sources[suite], "\(row.id): there is no \(suite)")
                #expect(source.contains(row.id), "\(suite) does not name \(row.id)")
            }
        }
    }

    private func rows(_ page: String) throws -> [(id: String, suites: [String])] {
        let text = try String(contentsOf: SourceTree.repository.appending(path: page), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| R") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let suites = cells.last?.split(separator: "`").filter { $0.hasSuffix("Tests") }.map(String.init)
            return (cells[0], suites ?? [])
        }
    }
}
