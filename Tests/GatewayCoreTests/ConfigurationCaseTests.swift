import Foundation
import GatewayCore
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
}
