import Alarms
import GatewayCore
import HostSystem
import Protocol
import Telemetry

extension Command {
    static let gaps = Command(
        "gaps", "--config FILE --day DATE [--outlet ID] [--json]",
        summary: "List the missing data of a day: what was not measured, and what platforms have not got.",
        details: """
            DATE is a day of the plant's clock, 2026-11-21. For each factor that is due every minute: from when to when it had no
            number, why, and how much of it came later. Then, without --outlet, for each uplink when it was down or what it
            still owes. Today's list ends with the last minute that is over. What the journal holds of an outlet begins with its
            first minute that was not deleted: of the time before nothing is known, which is told and is no gap. Outlets and
            factors that are not configured any more are judged by their records, uplinks by when they were down.
            The journal is only read, also while the daemon runs.
            Exit code 1: nothing is known of that day (it is to come, or before the journal begins), there is no journal, no such
            outlet, or it cannot be read.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "day", "outlet"], flags: ["json"])
        let file = try arguments.required("config")
        let text = try arguments.required("day")
        guard let day = CivilTime(text: text), day.hour + day.minute + day.second == 0 else {
            throw UsageError("--day \(text): write it like 2026-11-21")
        }
        guard let configuration = configuration(file, for: "gaps") else { return .failed }
        do {
            let zone = try ZoneRules.named(configuration.gateway.timezone)
            let list = try GapList(configuration, day: day, zone: zone, outlet: arguments.value("outlet"))
            for remark in list.remarks { Console.error("gatewayd gaps: \(remark)\n") }
            try Console.output(arguments.has("json") ? json(list.gaps) : table(list, zone))
            return .good
        } catch {
            Console.error("gatewayd gaps: \(error)\n")
            return .failed
        }
    }

    private static func table(_ list: GapList, _ zone: ZoneRules) -> [UInt8] {
        guard !list.gaps.isEmpty else {
            let end = list.isOver ? "" : " until \(clock(list.range.upperBound, zone))"
            return Array("no gaps\(end)\n".utf8)
        }
        let lines = list.gaps.map { gap in
            let minutes = gap.length.wholeMilliseconds / 60_000
            let refilled = gap.refilledLength.wholeMilliseconds / 60_000
            let note = refilled > 0 ? ", \(refilled) min of it came later" : ""
            let subject =
                gap.subject.uplink.map { "uplink  \($0)" } ?? "\(gap.subject.outlet)  \(gap.subject.factor ?? "")"
            return "\(subject)  \(clock(gap.from, zone)) to "
                + "\(ending(gap.to ?? gap.reached, zone))  \(minutes) min  \(gap.reason)\(note)\n"
        }
        return Array(lines.joined().utf8)
    }

    private static func clock(_ instant: WallInstant, _ zone: ZoneRules) -> String {
        let time = zone.civilTime(at: instant)
        return "\(time.hour < 10 ? "0" : "")\(time.hour):\(time.minute < 10 ? "0" : "")\(time.minute)"
    }

    /// The end of a day is 24:00.
    private static func ending(_ instant: WallInstant, _ zone: ZoneRules) -> String {
        let text = clock(instant, zone)
        return text == "00:00" ? "24:00" : text
    }

    private static func json(_ gaps: [DataGap]) -> [UInt8] {
        var json = JSONWriter()
        json.beginArray()
        for gap in gaps {
            json.beginObject()
            json.field("outlet", gap.subject.uplink == nil ? gap.subject.outlet : nil)
            json.field("factor", gap.subject.factor)
            json.field("uplink", gap.subject.uplink)
            json.field("from", integer: gap.from.millisecondsSince1970)
            json.field("to", integer: (gap.to ?? gap.reached).millisecondsSince1970)
            json.field("refilledSeconds", integer: gap.refilledLength.wholeMilliseconds / 1_000)
            json.field("reason", gap.reason)
            json.endObject()
        }
        json.endArray()
        return json.bytes + [0x0A]
    }
}
