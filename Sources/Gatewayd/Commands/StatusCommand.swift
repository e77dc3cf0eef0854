import HostSystem
import Telemetry

extension Command {
    static let status = Command(
        "status", "[--json] [--config FILE | --socket PATH]",
        summary: BilingualText("Show the state of the running daemon.", zh: "显示正在运行的网关的状态。"),
        details: RunningDaemon.help
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket"], flags: ["json"])
        do {
            let answer = try RunningDaemon(arguments).ask(arguments.has("json") ? "json" : tableRequest)
            Console.print(answer + (arguments.has("json") ? [0x0A] : []))
            return .good
        } catch {
            Console.failure(error, of: "status")
            return .failed
        }
    }

    static let watch = Command(
        "watch", "[--seconds N] [--config FILE | --socket PATH]",
        summary: BilingualText(
            "Show the state of the running daemon live, until Ctrl-C.", zh: "实时显示正在运行的网关的状态，直到 Ctrl-C。"),
        details: RunningDaemon.help
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket", "seconds"])
        let seconds = try arguments.number("seconds", in: 1...1_000_000)
        let daemon: RunningDaemon
        do {
            daemon = try RunningDaemon(arguments)
        } catch {
            Console.failure(error, of: "watch")
            return .failed
        }
        let end = seconds.map { SystemClock.uptime + Duration.seconds($0) } ?? .never
        let pause = WakeDescriptor()
        while SystemClock.uptime < end {
            show(daemon)
            _ = pause.wait(until: min(end, SystemClock.uptime + .seconds(Console.isTerminal ? 1 : 5)))
        }
        return .good
    }

    /// What asks the daemon for the table in the language of the command line.
    private static var tableRequest: String { Language.ofCommandLine == .zh ? "table zh" : "table" }

    /// On a terminal the picture is drawn over the last one; elsewhere pictures follow each other.
    private static func show(_ daemon: RunningDaemon) {
        let home = Console.isTerminal ? "\u{1B}[H\u{1B}[2J" : ""
        let rule = Console.isTerminal ? "" : String(repeating: "-", count: 72) + "\n"
        do {
            let table = try daemon.ask(tableRequest)
            Console.print(Array(home.utf8) + table + Array(rule.utf8))
        } catch {
            Console.print(BilingualText(verbatim: home) + error.text + "\n\(rule)")
        }
    }
}
