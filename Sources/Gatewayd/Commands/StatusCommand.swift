import GatewayCore
import HostSystem
import Telemetry

extension Command {
    static let status = Command(
        "status", "[--json] [--config FILE | --socket PATH]",
        summary: BilingualText("Show the state of the running daemon.", zh: "显示正在运行的网关的状态。"),
        details: socketHelp
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket"], flags: ["json"])
        do {
            let answer = try ControlClient.request(
                arguments.has("json") ? "json" : tableRequest, path: socket(arguments))
            Console.print(answer + (arguments.has("json") ? [0x0A] : []))
            return .good
        } catch {
            Console.failure(error, of: "status", hint: isItRunning)
            return .failed
        }
    }

    static let watch = Command(
        "watch", "[--seconds N] [--config FILE | --socket PATH]",
        summary: BilingualText(
            "Show the state of the running daemon live, until Ctrl-C.", zh: "实时显示正在运行的网关的状态，直到 Ctrl-C。"),
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

    /// What asks the daemon for the table in the language of the command line.
    private static var tableRequest: String { Language.ofCommandLine == .zh ? "table zh" : "table" }

    private static let socketHelp = BilingualText(
        """
        The daemon is reached over its control socket: the one of the configuration given with --config
        (default /etc/gatewayd/gateway.yaml), or the one named with --socket.
        """,
        zh: """
            通过控制套接字与网关通信：取自 --config 所给的配置（默认 /etc/gatewayd/gateway.yaml），或由 --socket 指定。
            """)

    static let isItRunning = BilingualText(
        "Is the daemon running? `systemctl status gatewayd` tells.", zh: "网关是否在运行？请用 `systemctl status gatewayd` 查看。")

    /// On a terminal the picture is drawn over the last one; elsewhere pictures follow each other.
    private static func show(_ path: String) {
        let home = Console.isTerminal ? "\u{1B}[H\u{1B}[2J" : ""
        let rule = Console.isTerminal ? "" : String(repeating: "-", count: 72) + "\n"
        do {
            let table = try ControlClient.request(tableRequest, path: path)
            Console.print(Array(home.utf8) + table + Array(rule.utf8))
        } catch {
            Console.print(BilingualText(verbatim: home) + error.text + "\n\(rule)")
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
