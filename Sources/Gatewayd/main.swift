import HostSystem
import Telemetry

/// The overview that `gatewayd help` prints.
private func overview() -> BilingualText {
    let rows = Command.all.map { ["  " + $0.name, Language.ofCommandLine($0.summary)] }
    let table = HelpText.fitted(alignedLines(rows).map { $0 + "\n" }.joined())
    return BilingualText("usage: gatewayd COMMAND …\n\n", zh: "用法：gatewayd 命令 …\n\n") + table
        + BilingualText("\n`gatewayd COMMAND --help` tells more.\n", zh: "\n详见 `gatewayd 命令 --help`。\n")
}

private func dispatch(_ words: [String]) -> ExitCode {
    guard let name = words.first else {
        Console.error(overview())
        return .usage
    }
    if ["help", "--help", "-h"].contains(name) {
        Console.print(overview())
        return .good
    }
    guard let command = Command.all.first(where: { $0.name == name || "--\($0.name)" == name }) else {
        let error = UsageError(
            "unknown command '\(name)'", zh: "没有命令“\(name)”",
            didYouMean: nearestName(to: name, among: Command.all.map(\.name)))
        Console.error(BilingualText(verbatim: "gatewayd: ") + error.text + "\n\n" + overview())
        return .usage
    }
    let rest = Array(words.dropFirst())
    if rest.contains("--help") || rest.contains("-h") {
        Console.print(command.help)
        return .good
    }
    do {
        return try command.run(rest)
    } catch {
        Console.failure(error, of: command.name)
        Console.error(command.usage)
        return .usage
    }
}

StandardStreams.fillClosed()
Console.exit(dispatch(Array(CommandLine.arguments.dropFirst())).rawValue)
