import HostSystem
import Telemetry

/// The overview that `gatewayd help` prints.
private func overview() -> String {
    let width = Command.all.map(\.name.count).max() ?? 0
    let lines = Command.all.map { command in
        "  \(command.name)\(String(repeating: " ", count: width - command.name.count))  \(command.summary)\n"
    }
    return "usage: gatewayd COMMAND …\n\n" + lines.joined() + "\n`gatewayd COMMAND --help` tells more.\n"
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
        let hint = nearestName(to: name, among: Command.all.map(\.name)).map { " (did you mean \($0)?)" } ?? ""
        Console.error("gatewayd: unknown command '\(name)'\(hint)\n\n" + overview())
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
        Console.error("gatewayd \(name): \(error.message)\nusage: gatewayd \(name) \(command.synopsis)\n")
        return .usage
    }
}

Console.exit(dispatch(Array(CommandLine.arguments.dropFirst())).rawValue)
