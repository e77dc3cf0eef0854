import HostSystem
import JSON
import Protocol
import Telemetry

extension Command {
    static let alarms = Command(
        "alarms", "[--active | --since T] [--json] [--config FILE | --socket PATH]",
        summary: "Show the active alarms of the running daemon, or what happened to alarms since a time.",
        details: """
            --active (the default): raised and not over, with their ids.
            --since T: every record of an alarm from T on, a time on the plant's clock, 2026-11-21 or 2026-11-21T10:00, or \
            how long ago, 24h.
            --json: the alarms, or their records, as a JSON list.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket", "since"], flags: ["active", "json"])
        let since = arguments.value("since")
        if arguments.has("active"), since != nil { throw UsageError("--active and --since exclude each other") }
        if let since, CivilTime(text: since) == nil, Duration(text: since) == nil {
            throw UsageError("--since \(since): write it like 2026-11-21, 2026-11-21T10:00, 20261121100000 or 24h")
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
        summary: "Acknowledge an alarm of the running daemon. Who did it and why is recorded.",
        details: "ID is what `gatewayd alarms` shows. Exit code 1: no such alarm, or it is acknowledged already."
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "socket", "by", "note"], positionals: 2)
        guard arguments.positionals.count == 2, arguments.positionals[0] == "ack" else {
            throw UsageError("expected: ack ID")
        }
        let name = try arguments.required("by")
        let request = request { json in
            json.field("acknowledge", arguments.positionals[1])
            json.field("by", name)
            json.field("note", arguments.value("note"))
        }
        return tell(request, as: "alarm", arguments) { _ in Console.print("acknowledged\n") }
    }

    private static func request(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.beginObject()
        body(&json)
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
            Console.error("gatewayd \(name): \(error)\n")
            return .failed
        }
    }
}
