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
        summary: "State by hand that instruments are under maintenance, or in which condition the plant is.",
        details: """
            --flag: the state of the instrument of a factor, or of all factors of the outlet: M maintenance, C calibration,
            D fault, F out of service, S set by hand. --plant: the condition of the plant: F stopped, St start-up, Sd shut-down,
            B banked. --clear: neither holds any more.
            A mark outranks what instruments and signals say, begins now, ends by itself after --for (at most 30 days), survives
            a restart, is told in the records' quality, and is an audit record with the name of who made it.
            """
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
            Console.error("gatewayd mark: \(error)\n")
            return .failed
        }
    }

    /// The line for the daemon.
    private static func request(_ arguments: Arguments) throws(UsageError) -> String {
        guard let place = arguments.positionals.first else { throw UsageError("expected OUTLET or OUTLET.FACTOR") }
        let parts = place.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        // What was meant to be one factor must not become all of them.
        guard !parts.contains("") else { throw UsageError("'\(place)': expected OUTLET or OUTLET.FACTOR") }
        let stated =
            ["flag", "plant"].filter { arguments.value($0) != nil } + (arguments.has("clear") ? ["clear"] : [])
        guard stated.count == 1 else { throw UsageError("expected one of --flag, --plant and --clear") }
        if let flag = arguments.value("flag"), MarkForm.flag(flag) == nil {
            let known = MarkForm.flags.map(\.text).joined(separator: " ")
            throw UsageError("--flag: '\(flag)' cannot be set by hand (one of \(known))")
        }
        let plant: PlantMark? = try arguments.choice("plant")
        if plant != nil, parts.count > 1 { throw UsageError("--plant is about the whole outlet: leave out the factor") }
        let length = try arguments.duration("for", in: .seconds(1)...MarkForm.longest)
        guard length != nil || arguments.has("clear") else { throw UsageError("--for DURATION is needed, such as 2h") }
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
        json.endObject()
        return json.text
    }
}
