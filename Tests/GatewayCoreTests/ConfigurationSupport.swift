import Foundation
import GatewayCore
import Testing

enum SourceTree {
    /// The top of the source tree.
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}

/// Reads `text` as if it stood in `directory`; profiles come from there and are shown relative to it.
func readConfiguration(
    _ text: some Sequence<UInt8>, file: String = "input.yaml", in directory: String = "/etc/gatewayd"
) -> ConfigurationResult {
    ConfigurationReader.read(file: file, text: Array(text), directory: directory) { path in
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let shown = path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
        return ProfileSource(file: shown, text: Array(data))
    }
}

/// The configuration in `text`, which must be valid.
func validConfiguration(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> GatewayConfiguration
{
    let result = readConfiguration(text.utf8)
    return try #require(result.configuration, "\(result.problems)", sourceLocation: sourceLocation)
}

extension ConfigurationResult {
    var errors: [ConfigurationProblem] { problems.filter { $0.severity == .error } }
    var lines: [String] { problems.map(\.description) }
}
