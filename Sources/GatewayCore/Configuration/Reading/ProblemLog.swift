import YAML

/// The problems found in one file so far. Shared by everything that reads this file.
final class ProblemLog {
    /// As it is shown to the user.
    let file: String
    private var problems: [ConfigurationProblem] = []

    init(file: String) {
        self.file = file
    }

    func error(at position: YAMLPosition, _ message: ProblemText, hint: ProblemText? = nil) {
        add(.error, at: position, message, hint: hint)
    }

    func warning(at position: YAMLPosition, _ message: ProblemText, hint: ProblemText? = nil) {
        add(.warning, at: position, message, hint: hint)
    }

    func error(_ error: YAMLError) {
        add(
            .error, at: error.position, ProblemText(english: error.message),
            hint: error.hint.map { ProblemText(english: $0) })
    }

    var hasNoErrors: Bool { problems.allSatisfy { $0.severity != .error } }

    /// In the order of the file; problems at one place stay in the order they were found.
    var sortedProblems: [ConfigurationProblem] {
        problems.enumerated().sorted { a, b in
            (a.element.line, a.element.column, a.offset) < (b.element.line, b.element.column, b.offset)
        }.map(\.element)
    }

    private func add(
        _ severity: ConfigurationProblem.Severity, at position: YAMLPosition, _ message: ProblemText, hint: ProblemText?
    ) {
        problems.append(
            ConfigurationProblem(file: file, at: position, severity: severity, message: message, hint: hint))
    }
}
