import GatewayCore
import HostSystem
import Telemetry

extension Command {
    static let status = Command(
        "status", "[--json] [--config FILE | --socket PATH]",
        summary: "Show the state of the running daemon.",
        details: socketHelp
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket"], flags: ["json"])
        do {
            let answer = try ControlClient.request(arguments.has("json") ? "json" : "table", path: socket(arguments))
            Console.print(answer + (arguments.has("json") ? [0x0A] : []))
            return .good
        } catch {
            Console.error("gatewayd status: \(error)\nIs the daemon running? `systemctl status gatewayd` tells.\n")
            return .failed
        }
    }

    static let watch = Command(
        "watch", "[--seconds N] [--config FILE | --socket PATH]",
        summary: "Show the state of the running daemon live, until Ctrl-C.",
        details: socketHelp
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket", "seconds"])
        let path = socket(arguments)
        let seconds = try arguments.number("seconds", in: 1...1_000_000)
        let end = seconds.map { SystemClock.uptime + Duration.seconds($0) } ?? .never
        let pause = WakeDescriptor()
        while SystemClock.uptime < end {
            show(path)
            _ = pause.wait(until: min(end, SystemClock.uptime + .seconds(Console.isTerminal ? 1 : 5)))
        }
        return .good
    }

    private static let socketHelp = """
        The daemon is reached over its control socket: the one of the configuration given with --config
        (default /etc/gatewayd/gateway.yaml), or the one named with --socket.
        """

    /// On a terminal the picture is drawn over the last one; elsewhere pictures follow each other.
    private static func show(_ path: String) {
        let home = Console.isTerminal ? "\u{1B}[H\u{1B}[2J" : ""
        let rule = Console.isTerminal ? "" : String(repeating: "-", count: 72) + "\n"
        do {
            let table = try ControlClient.request("table", path: path)
            Console.print(Array(home.utf8) + table + Array(rule.utf8))
        } catch {
            Console.print("\(home)\(error)\n\(rule)")
        }
    }

    static func socket(_ arguments: Arguments) -> String {
        if let path = arguments.value("socket") { return path }
        let file = arguments.value("config") ?? "/etc/gatewayd/gateway.yaml"
        return ConfigurationFile.gateway(file)?.controlSocketPath ?? "/var/lib/gatewayd/control.sock"
    }
}

extension GatewaySettings {
    /// Where the daemon listens for `status` and `watch`.
    var controlSocketPath: String { controlSocket ?? dataDirectory + "/control.sock" }
}
