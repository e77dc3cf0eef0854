import HostSystem
import JSON

extension Command {
    static let reload = Command(
        "reload", "[--dry-run] [--config FILE | --socket PATH]",
        summary: "Let the running daemon read its configuration again and apply what changed.",
        details: """
            Prints what differs and which parts are stopped and started. What is configured as before goes on untouched, and
            what is owed to platforms stays owed. With any error nothing is applied, the errors are printed, and the exit code
            is 1. --dry-run: only says what would be done.

            The daemon reads the file it was started with. Where that no longer says at which control socket the daemon
            listens, name the socket with --socket.
            \(RunningDaemon.help)
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket"], flags: ["dry-run"])
        let request = arguments.has("dry-run") ? #"{"reload":"try"}"# : #"{"reload":"apply"}"#
        let reply: JSONValue
        do {
            reply = try JSONValue(parsing: RunningDaemon(arguments).ask(request, timeout: .seconds(30)))
        } catch {
            Console.error("gatewayd reload: \(error)\n")
            return .failed
        }
        return show(reply)
    }

    private static func show(_ reply: JSONValue) -> ExitCode {
        func text(_ key: String) -> String { if case .string(let text) = reply[key] { text } else { "" } }
        let (file, plan) = (text("file"), lines("plan", of: reply))
        for line in lines("problems", of: reply) { Console.error(line + "\n") }
        for line in lines("difference", of: reply) + plan { Console.print(line + "\n") }
        switch text("outcome") {
        case "applied": Console.print("\(file): applied\(plan.isEmpty ? "; nothing had to be restarted" : "")\n")
        case "unchanged": Console.print("\(file): nothing has changed\n")
        case "possible": Console.print("\(file): can be applied\n")
        default:
            var errors = ""
            if case .integer(let count) = reply["errors"], count > 1 { errors = " for \(count) errors" }
            Console.error("gatewayd reload: \(file) is not applied\(errors); the configuration of before goes on\n")
            return .failed
        }
        return .good
    }

    private static func lines(_ key: String, of reply: JSONValue) -> [String] {
        guard case .array(let items) = reply[key] else { return [] }
        return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
