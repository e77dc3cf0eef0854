import Emissions
import HostSystem
import JSON
import Protocol
import Telemetry

extension Command {
    static let mark = Command(
        "mark",
        "OUTLET[.FACTOR] --flag M|C|D|F|S --for DURATION --by NAME [--note TEXT], or --plant F|St|Sd|B, or --clear "
            + "[--config FILE | --socket PATH]",
        summary: BilingualText(
            "State by hand that instruments are under maintenance, or in which condition the plant is.",
            zh: "人工标记：仪器处于维护等状态，或生产装置的工况。"),
        details: BilingualText(
            """
            --flag: the state of the instrument of a factor, or of all factors of the outlet: M maintenance, C calibration,
            D fault, F out of service, S set by hand. --plant: the condition of the plant: F stopped, St start-up, Sd shut-down,
            B banked. --clear: neither holds any more.
            A mark outranks what instruments and signals say, begins now, ends by itself after --for (at most 30 days), survives
            a restart, is told in the records' quality, and is an audit record with the name of who made it.
            """,
            zh: """
                --flag：一个因子或整个排口全部因子的仪器状态：M 维护，C 校准，D 故障，F 停运，S 手工输入。
                --plant：生产装置的工况：F 停运，St 启炉，Sd 停炉，B 焖炉。--clear：取消两者。
                标记优先于仪器和信号给出的状态，立即生效，到 --for 规定的时间（最长 30 天）自动结束，重启后继续有效，
                写入记录的 quality，并形成带标记人姓名的审计记录。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["flag", "plant", "for", "by", "note", "config", "socket"], flags: ["clear"], positionals: 1
        )
        let request = try request(arguments)
        do {
            let reply = try JSONValue(parsing: RunningDaemon(arguments).ask(request))
            if case .string(let error) = reply["error"] { throw StartError(description: error) }
            return .good
        } catch {
            Console.failure(error, of: "mark")
            return .failed
        }
    }

    /// The line for the daemon.
    private static func request(_ arguments: Arguments) throws(UsageError) -> String {
        guard let place = arguments.positionals.first else {
            throw UsageError("expected OUTLET or OUTLET.FACTOR", zh: "应写成 排口 或 排口.因子")
        }
        let parts = place.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        // What was meant to be one factor must not become all of them.
        guard !parts.contains("") else {
            throw UsageError("'\(place)': expected OUTLET or OUTLET.FACTOR", zh: "“\(place)”：应写成 排口 或 排口.因子")
        }
        let stated =
            ["flag", "plant"].filter { arguments.value($0) != nil } + (arguments.has("clear") ? ["clear"] : [])
        guard stated.count == 1 else {
            throw UsageError("expected one of --flag, --plant and --clear", zh: "--flag、--plant、--clear 应给出其中一个")
        }
        if let flag = arguments.value("flag"), MarkForm.flag(flag) == nil {
            let known = MarkForm.flags.map(\.text).joined(separator: " ")
            throw UsageError(
                "--flag: '\(flag)' cannot be set by hand (one of \(known))", zh: "--flag：“\(flag)”不能人工设置（可用 \(known)）")
        }
        let plant: PlantMark? = try arguments.choice("plant")
        if plant != nil, parts.count > 1 {
            throw UsageError("--plant is about the whole outlet: leave out the factor", zh: "--plant 针对整个排口，不要写因子")
        }
        let length = try arguments.duration("for", in: .seconds(1)...MarkForm.longest)
        guard length != nil || arguments.has("clear") else {
            throw UsageError("--for DURATION is needed, such as 2h or 1h30m", zh: "缺少 --for 时长，如 2h 或 1h30m")
        }
        var json = JSONWriter()
        json.beginObject()
        json.field("mark", parts.first)
        json.field("factor", parts.count > 1 ? parts[1] : nil)
        json.field("flag", arguments.value("flag"))
        json.field("plant", plant?.rawValue)
        if arguments.has("clear") { json.field("clear", bool: true) }
        json.field("seconds", integer: length.map { Int($0.inSeconds) })
        json.field("by", try arguments.required("by"))
        json.field("note", arguments.value("note"))
        json.field("language", Language.ofCommandLine.rawValue)
        json.endObject()
        return json.text
    }
}
