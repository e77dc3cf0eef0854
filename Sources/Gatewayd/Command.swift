import HostSystem
import Telemetry

/// How a command ended, as the shell sees it.
enum ExitCode: Int32 {
    case good = 0
    case failed = 1
    case usage = 2
}

/// One of the program's commands.
struct Command: Sendable {
    let name: String
    /// The words that follow the name.
    let synopsis: String
    /// One line for the overview.
    let summary: BilingualText
    /// What `--help` says beyond synopsis and summary; empty: nothing.
    let details: BilingualText
    let run: @Sendable (_ words: [String]) throws(UsageError) -> ExitCode

    init(
        _ name: String, _ synopsis: String, summary: BilingualText, details: BilingualText = .init(verbatim: ""),
        run: @escaping @Sendable (_ words: [String]) throws(UsageError) -> ExitCode
    ) {
        self.name = name
        self.synopsis = synopsis
        self.summary = summary
        self.details = details
        self.run = run
    }

    /// How the command is written, in lines of at most 80 columns.
    var usage: BilingualText {
        let words = "gatewayd \(name) \(synopsis)"
        return BilingualText(HelpText.usage("usage: ", words), zh: HelpText.usage("用法：", words)) + "\n"
    }

    /// In lines of at most 80 columns.
    var help: BilingualText {
        let head = usage + "\n" + HelpText.fitted(summary) + "\n"
        return details.en.isEmpty ? head : head + "\n" + HelpText.fitted(details) + "\n"
    }

    static let all: [Command] = [
        .runDaemon, .check, .replay, .export, .report, .journal, .gaps, .decode, .encode, .factors, .read, .simulate,
        .status, .watch, .reload, .order, .mark, .alarms, .alarm, .version,
    ]
}
