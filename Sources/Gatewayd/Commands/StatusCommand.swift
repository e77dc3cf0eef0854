import HostSystem
import Telemetry

extension Command {
    static let status = Command(
        "status", "[--json] [--config FILE | --socket PATH]",
        summary: "Show the state of the running daemon.",
        details: RunningDaemon.help
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket"], flags: ["json"])
        do {
            let answer = try RunningDaemon(arguments).ask(arguments.has("json") ? "json" : "table")
            Console.print(answer + (arguments.has("json") ? [0x0A] : []))
            return .good
        } catch {
            Console.error("gatewayd status: \(error)\n")
            return .failed
        }
    }

    static let watch = Command(
        "watch", "[--seconds N] [--config FILE | --socket PATH]",
        summary: "Show the state of the running daemon live, until Ctrl-C.",
        details: RunningDaemon.help
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket", "seconds"])
        let seconds = try arguments.number("seconds", in: 1...1_000_000)
        let daemon: RunningDaemon
        do {
            daemon = try RunningDaemon(arguments)
        } catch {
            Console.error("gatewayd watch: \(error)\n")
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

    /// On a terminal the picture is drawn over the last one; elsewhere pictures follow each other.
    private static func show(_ daemon: RunningDaemon) {
        let home = Console.isTerminal ? "\u{1B}[H\u{1B}[2J" : ""
        let rule = Console.isTerminal ? "" : String(repeating: "-", count: 72) + "\n"
        do {
            let table = try daemon.ask("table")
            Console.print(Array(home.utf8) + table + Array(rule.utf8))
        } catch {
            Console.print("\(home)\(error)\n\(rule)")
        }
    }
}
