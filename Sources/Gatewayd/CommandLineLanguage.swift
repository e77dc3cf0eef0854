import HostSystem
import Telemetry

extension Language {
    /// The language in which commands speak to whoever runs them. The log, JSON and configurations do not depend on it.
    static let ofCommandLine = Language { Environment.value($0) }
}

extension Console {
    static func print(_ text: BilingualText) { print(Language.ofCommandLine(text)) }

    static func error(_ text: BilingualText) { error(Language.ofCommandLine(text)) }

    /// Says on standard error, `gatewayd NAME: …`, why a command failed, and in a line of its own what to do.
    static func failure(_ error: any Error, of command: String, hint: BilingualText? = nil) {
        failure(BilingualText(error), of: command, hint: hint)
    }

    static func failure(_ text: BilingualText, of command: String, hint: BilingualText? = nil) {
        error(BilingualText(verbatim: "gatewayd \(command): ") + text + "\n")
        if let hint { error(Language.ofCommandLine(hint).wrapped().joined(separator: "\n") + "\n") }
    }
}

extension BilingualText {
    /// What a command reads: a file, or standard input for nil and `-`.
    static func input(_ path: String?) -> BilingualText {
        guard let path, path != "-" else { return BilingualText("standard input", zh: "标准输入") }
        return BilingualText(verbatim: path)
    }
}
