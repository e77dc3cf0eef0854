import Foundation
import GatewayCore
import Telemetry
import TestSupport
import Testing

/// Walks `Cases`: each folder holds an `input.yaml` and in `expected` the exact lines that `check` prints for it,
/// or `no problems`.
///
/// `GATEWAY_RECORD=1` writes what came out to `expected`; read the difference before it is committed.
@Suite struct ConfigurationCaseTests {
    static let folder = SourceTree.repository.appending(path: "Tests/GatewayCoreTests/Cases")

    static var names: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/input.yaml").path) }
                .sorted()
        }
    }

    @Test("Every case gives exactly the expected problems")
    func cases() throws {
        let names = try Self.names
        #expect(names.count >= 30)
        for name in names {
            let place = Self.folder.appending(path: name)
            let result = readConfiguration(try Data(contentsOf: place.appending(path: "input.yaml")), in: place.path)
            let lines = result.lines.isEmpty ? ["no problems"] : result.lines
            let printed = lines.map { $0.replacingOccurrences(of: place.path, with: "CASE") + "\n" }.joined()
            let expected = place.appending(path: "expected")
            if ProcessInfo.processInfo.environment["GATEWAY_RECORD"] == "1" {
                try printed.write(to: expected, atomically: true, encoding: .utf8)
            }
            #expect(try printed == String(contentsOf: expected, encoding: .utf8), "\(name)")
            #expect((result.configuration != nil) == result.errors.isEmpty, "\(name)")
        }
    }

    @Test("Every message and every hint of the cases has Chinese words, and none of English in them")
    func chinese() throws {
        var count = 0
        for name in try Self.names {
            let place = Self.folder.appending(path: name)
            let result = readConfiguration(try Data(contentsOf: place.appending(path: "input.yaml")), in: place.path)
            for problem in result.problems {
                for text in [problem.text] + [problem.advice].compactMap(\.self) {
                    #expect(text.zh.hasChinese, "\(name): \(text.en)")
                    #expect(!Self.hasEnglishWords(text.zh), "\(name): \(text.zh)")
                }
                count += 1
            }
        }
        #expect(count >= 300)
    }

    /// Whether an English sentence begins outside of backquotes; what stands between them is the file's own.
    private static func hasEnglishWords(_ text: String) -> Bool {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().contains { part in
            part.offset % 2 == 0
                && part.element.firstMatch(of: #/(^| )(the|is|are|not|with|has|and|must|such|which|an) /#) != nil
        }
    }
}
