import HostSystem
import JSON
import Protocol
import Telemetry

extension Command {
    static let alarms = Command(
        "alarms", "[--active | --since T] [--json] [--config FILE | --socket PATH]",
        summary: BilingualText(
            "Show the active alarms of the running daemon, or what happened to alarms since a time.",
            zh: "显示正在运行的网关的当前报警，或某一时刻以来的报警记录。"),
        details: BilingualText(
            """
            --active (the default): raised and not over, with their ids.
            --since T: every record of an alarm from T on, a time on the plant's clock, 2026-11-21 or 2026-11-21T10:00, or \
            how long ago, 24h.
            --json: the alarms, or their records, as a JSON list.
            """,
            zh: """
                --active（默认）：已发出、尚未结束的报警及其编号。
                --since T：从 T 起的全部报警记录。T 为现场时间，如 2026-11-21 或 2026-11-21T10:00，也可写多久以前，如 24h。
                --json：以 JSON 列表输出报警或其记录。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket", "since"], flags: ["active", "json"])
        let since = arguments.value("since")
        if arguments.has("active"), since != nil {
            throw UsageError("--active and --since exclude each other", zh: "--active 与 --since 不能同时使用")
        }
        if let since, WrittenTime(since) == nil, Duration(text: since) == nil {
            throw UsageError(
                "--since \(since): write it like 2026-11-21, 2026-11-21T10:00, 20261121100000, today or 24h",
                zh: "--since \(since)：请写成 2026-11-21、2026-11-21T10:00、20261121100000、today 或 24h")
        }
        let isJSON = arguments.has("json")
        let request = request { json in
            json.field("alarms", since == nil ? "active" : "since")
            json.field("time", since)
            if isJSON { json.field("as", "json") }
        }
        return tell(request, as: "alarms", arguments) { reply in Console.print(reply + (isJSON ? [0x0A] : [])) }
    }

    static let alarm = Command(
        "alarm", "ack ID --by NAME [--note TEXT] [--config FILE | --socket PATH]",
        summary: BilingualText(
            "Acknowledge an alarm of the running daemon. Who did it and why is recorded.",
            zh: "确认正在运行的网关的一条报警，确认人和原因记入台账。"),
        details: BilingualText(
            "ID is the short number in front of an active alarm in `gatewayd alarms`, or its long id. Exit code 1: no such alarm, or it is acknowledged already.",
            zh: "ID 为 `gatewayd alarms` 中报警前面的短编号，也可用长编号。退出码 1：没有这条报警，或已经确认过。")
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket", "by", "note"], positionals: 2)
        guard arguments.positionals.count == 2, arguments.positionals[0] == "ack" else {
            throw UsageError("expected: ack ID", zh: "应写成：ack ID")
        }
        let name = try arguments.required("by")
        let request = request { json in
            json.field("acknowledge", arguments.positionals[1])
            json.field("by", name)
            json.field("note", arguments.value("note"))
        }
        return tell(request, as: "alarm", arguments) { _ in Console.print(BilingualText("acknowledged\n", zh: "已确认\n"))
        }
    }

    private static func request(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.beginObject()
        body(&json)
        if Language.ofCommandLine == .zh { json.field("language", Language.zh.rawValue) }
        json.endObject()
        return json.text
    }

    /// Asks the daemon and shows its reply, or the error in it.
    private static func tell(
        _ request: String, as name: String, _ arguments: Arguments, show: ([UInt8]) -> Void
    ) -> ExitCode {
        do {
            let reply = try RunningDaemon(arguments).ask(request)
            if reply.first == UInt8(ascii: "{"), let json = try? JSONValue(parsing: reply),
                case .string(let error) = json["error"]
            {
                throw StartError(description: error)
            }
            show(reply)
            return .good
        } catch {
            Console.failure(error, of: name)
            return .failed
        }
    }
}
