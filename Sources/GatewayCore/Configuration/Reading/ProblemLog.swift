import Telemetry
import YAML

/// The problems found in one file so far. Shared by everything that reads this file.
final class ProblemLog {
    /// As it is shown to the user.
    let file: String
    private var problems: [ConfigurationProblem] = []
    /// The characters in keys and values that look like others, by where the key or value starts.
    private var lookAlikes: [YAMLPosition: [LookAlike]] = [:]
    private var doubts: [YAMLDoubt] = []
    /// The keys and values whose mistake was put down to such a character.
    private var explained: Set<YAMLPosition> = []

    init(file: String) {
        self.file = file
    }

    /// Notes a mistake in the key or value at `position`. A character in it that looks like another one is named, at its
    /// own place.
    func error(at position: YAMLPosition, _ message: BilingualText, hint: BilingualText? = nil) {
        guard let marks = lookAlikes[position], let mark = marks.first else {
            return add(.error, at: position, message, hint: hint)
        }
        explained.insert(position)
        add(.error, at: mark.position, message + words(for: marks), hint: mark.advice)
    }

    /// Notes a mistake in a key as a whole, as where its colon looks like one and is none. `hint` is about the key.
    func error(inKeyAt position: YAMLPosition, _ message: BilingualText, hint: BilingualText?) {
        guard let marks = lookAlikes[position], let mark = marks.first else {
            return add(.error, at: position, message, hint: hint)
        }
        explained.insert(position)
        let hint = mark.adviceInStructure + (hint.map { .init("; ", zh: "；") + $0 } ?? .init(verbatim: ""))
        add(.error, at: mark.position, message + words(for: marks), hint: hint)
    }

    /// Notes a mistake that is no matter of single characters.
    func error(ofLengthAt position: YAMLPosition, _ message: BilingualText, hint: BilingualText? = nil) {
        add(.error, at: position, message, hint: hint)
    }

    private func words(for marks: [LookAlike]) -> BilingualText {
        let first = BilingualText(": ", zh: "：") + (marks.first?.words ?? .init(verbatim: ""))
        guard marks.count > 1 else { return first }
        return first + .init(", and \(marks.count - 1) more", zh: "，另有 \(marks.count - 1) 个")
    }

    func warning(at position: YAMLPosition, _ message: BilingualText, hint: BilingualText? = nil) {
        add(.warning, at: position, message, hint: hint)
    }

    func note(at position: YAMLPosition, _ message: BilingualText, hint: BilingualText) {
        add(.note, at: position, message, hint: hint)
    }

    func error(_ error: YAMLError) {
        for error in [error] + error.others { add(error) }
    }

    private func add(_ error: YAMLError) {
        add(.error, at: error.position, error.text, hint: error.advice)
    }

    /// Takes over what `document` says about its characters.
    func note(_ document: YAMLDocument) {
        lookAlikes = document.lookAlikes
        doubts = document.doubts
        document.duplicateKeys.forEach { error($0) }
    }

    /// Tells of characters that slipped into values which are right all the same; to be called when everything is read.
    func warnOfDoubts() {
        for doubt in doubts where !explained.contains(doubt.valuePosition) {
            let problem = doubt.problem
            warning(at: problem.position, problem.text, hint: problem.advice)
        }
    }

    var hasNoErrors: Bool { problems.allSatisfy { $0.severity != .error } }

    /// In the order of the file; problems at one place stay in the order they were found.
    var sortedProblems: [ConfigurationProblem] {
        problems.enumerated().sorted { a, b in
            (a.element.line, a.element.column, a.offset) < (b.element.line, b.element.column, b.offset)
        }.map(\.element)
    }

    private func add(
        _ severity: ConfigurationProblem.Severity, at position: YAMLPosition, _ message: BilingualText,
        hint: BilingualText?
    ) {
        problems.append(
            ConfigurationProblem(file: file, at: position, severity: severity, message: message, hint: hint))
    }
}
