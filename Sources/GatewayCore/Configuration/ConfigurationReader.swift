import Telemetry
import YAML

/// Turns the text of a configuration file into validated values, or into every reason why that is impossible.
///
/// A pure function: it opens no file. What a file may hold is described in docs/configuration.md.
package enum ConfigurationReader {
    /// Reads `text`.
    ///
    /// - Parameters:
    ///   - file: the file's name as problems shall show it
    ///   - text: its bytes
    ///   - directory: the absolute path of its folder, to which relative paths refer
    ///   - profile: the profile at an absolute path; nil when it cannot be read. Asked once for each profile.
    package static func read(
        file: String, text: [UInt8], directory: String, profile: (_ path: String) -> ProfileSource?
    ) -> ConfigurationResult {
        let log = ProblemLog(file: file)
        return withoutActuallyEscaping(profile) { profile in
            let library = ProfileLibrary(load: profile)
            let configuration = read(text, directory: directory, library: library, log: log)
            return ConfigurationResult(configuration, problems: log.sortedProblems + library.problems)
        }
    }

    /// The section `gateway` of a text whatever is wrong with the rest of it; nil where not even that can be read.
    package static func gateway(in text: [UInt8], directory: String) -> GatewaySettings? {
        let log = ProblemLog(file: "")
        guard let document = log.document(text),
            let root = MappingReader<RootKey>(document.root, .init("the file", zh: "文件"), log: log)
        else { return nil }
        var builder = ConfigurationBuilder(directory: directory, profiles: ProfileLibrary { _ in nil }, log: log)
        return builder.gateway(root)
    }

    private static func read(
        _ text: [UInt8], directory: String, library: ProfileLibrary, log: ProblemLog
    ) -> GatewayConfiguration? {
        guard let document = log.document(text) else { return nil }
        var builder = ConfigurationBuilder(directory: directory, profiles: library, log: log)
        let configuration = builder.configuration(from: document.root)
        warnAboutPlaceholders(in: document.root, log: log)
        warnAboutSettingsWithoutEffect(in: document.root, log: log)
        log.warnOfDoubts()
        return configuration
    }
}

/// A profile as the program found it.
package struct ProfileSource: Equatable, Sendable {
    /// The file's name as problems shall show it.
    package let file: String
    package let text: [UInt8]

    package init(file: String, text: [UInt8]) {
        self.file = file
        self.text = text
    }
}

/// What came of reading a configuration.
package struct ConfigurationResult: Equatable, Sendable {
    /// nil exactly when there is an error among the problems.
    package let configuration: GatewayConfiguration?
    /// What could be read, with something in place of each mistake: enough to look at the files it names, and never to run. Nil when
    /// not even that could be built.
    package let draft: GatewayConfiguration?
    /// Errors and warnings: those of the file in its order, then those of each profile.
    package let problems: [ConfigurationProblem]

    /// The same with what only the machine can tell, behind the rest.
    package func adding(_ more: [ConfigurationProblem]) -> ConfigurationResult {
        ConfigurationResult(draft, problems: problems + more)
    }

    init(_ configuration: GatewayConfiguration?, problems: [ConfigurationProblem]) {
        let isValid = problems.allSatisfy { $0.severity != .error }
        precondition(!isValid || configuration != nil, "a configuration without a problem is a configuration")
        self.configuration = isValid ? configuration : nil
        draft = configuration
        self.problems = problems
    }
}

extension ProblemLog {
    /// The document in `text`; nil, with its problem, when it is no YAML.
    func document(_ text: [UInt8]) -> YAMLDocument? {
        do {
            let document = try YAMLDocument(text)
            note(document)
            return document
        } catch {
            self.error(error)
            return nil
        }
    }
}

/// Values that look as if somebody expected `${NAME}` to be replaced.
private func warnAboutPlaceholders(in node: YAMLNode, log: ProblemLog) {
    switch node.content {
    case .scalar(let scalar):
        guard let start = scalar.text.firstRange(of: "${"), scalar.text[start.upperBound...].contains("}") else {
            return
        }
        log.warning(
            at: node.position, .init("`${…}` is not replaced by anything", zh: "`${…}` 不会被替换"),
            hint: .init("write the value; secrets are files", zh: "直接写值；密码、密钥写在文件里"))
    case .sequence(let items):
        for item in items { warnAboutPlaceholders(in: item, log: log) }
    case .mapping(let entries):
        for entry in entries { warnAboutPlaceholders(in: entry.value, log: log) }
    }
}
