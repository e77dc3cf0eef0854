import HostSystem
import JSON
import Telemetry

extension Command {
    static let reload = Command(
        "reload", "[--dry-run] [--config FILE | --socket PATH]",
        summary: BilingualText(
            "Let the running daemon read its configuration again and apply what changed.",
            zh: "让正在运行的网关重新读取配置，使改动生效。"),
        details: BilingualText(
            """
            Prints what differs and which parts are stopped and started. What is configured as before goes on untouched, and
            what is owed to platforms stays owed. With any error nothing is applied, the errors are printed, and the exit code
            is 1. --dry-run: only says what would be done.

            The daemon reads the file it was started with. Where that no longer says at which control socket the daemon
            listens, name the socket with --socket.

            """,
            zh: """
                列出改动之处，以及哪些部分要停止和启动。未改动的部分不受影响，欠平台的数据不会丢。有任何错误则全部不生效，
                列出错误，退出码 1。--dry-run：只说明将会怎样，不实际执行。

                网关读取启动时指定的配置文件。文件中的控制套接字如已改动，请用 --socket 指定网关正在使用的那个。

                """) + RunningDaemon.help
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket"], flags: ["dry-run"])
        let request = request(arguments.has("dry-run") ? "try" : "apply")
        let reply: JSONValue
        do {
            reply = try JSONValue(parsing: RunningDaemon(arguments).ask(request, timeout: .seconds(30)))
        } catch {
            Console.failure(error, of: "reload")
            return .failed
        }
        return show(reply)
    }

    private static func request(_ wish: String) -> String {
        #"{"reload":"\#(wish)","language":"\#(Language.ofCommandLine.rawValue)"}"#
    }

    private static func show(_ reply: JSONValue) -> ExitCode {
        func text(_ key: String) -> String { if case .string(let text) = reply[key] { text } else { "" } }
        let (file, plan) = (text("file"), lines("plan", of: reply))
        for line in lines("problems", of: reply) { Console.error(line + "\n") }
        for line in lines("difference", of: reply) + plan { Console.print(line + "\n") }
        switch text("outcome") {
        case "applied":
            Console.print(
                BilingualText(
                    "\(file): applied\(plan.isEmpty ? "; nothing had to be restarted" : "")\n",
                    zh: "\(file)：已生效\(plan.isEmpty ? "，无需重启任何部分" : "")\n"))
        case "unchanged": Console.print(BilingualText("\(file): nothing has changed\n", zh: "\(file)：没有改动\n"))
        case "possible": Console.print(BilingualText("\(file): can be applied\n", zh: "\(file)：可以生效\n"))
        default:
            var (errors, errorsChinese) = ("", "")
            if case .integer(let count) = reply["errors"], count > 1 {
                (errors, errorsChinese) = (" for \(count) errors", "（\(count) 处错误）")
            }
            Console.failure(
                BilingualText(
                    "\(file) is not applied\(errors); the configuration of before goes on",
                    zh: "\(file) 未生效\(errorsChinese)，继续使用原来的配置"),
                of: "reload")
            return .failed
        }
        return .good
    }

    private static func lines(_ key: String, of reply: JSONValue) -> [String] {
        guard case .array(let items) = reply[key] else { return [] }
        return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
