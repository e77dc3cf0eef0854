import Alarms
import GatewayCore
import HostSystem
import Protocol
import Telemetry

extension Command {
    static let gaps = Command(
        "gaps", "FILE | --config FILE --day DATE [--outlet ID] [--json]",
        summary: BilingualText(
            "List the missing data of a day: what was not measured, and what platforms have not got.",
            zh: "列出某日的缺失数据：哪些没有测到，哪些平台尚未收到。"),
        details: BilingualText(
            """
            DATE is a day of the plant's clock: 2026-11-21, today or yesterday. For each factor that is due every minute: from when to when it had no
            number, why, and how much of it came later. Then, without --outlet, for each uplink when it was down or what it
            still owes. Today's list ends with the last minute that is over. What the journal holds of an outlet begins with its
            first minute that was not deleted: of the time before nothing is known, which is told and is no gap. Outlets and
            factors that are not configured any more are judged by their records, uplinks by when they were down.
            The journal is only read, also while the daemon runs.
            Exit code 1: nothing is known of that day (it is to come, or before the journal begins), there is no journal, no such
            outlet, or it cannot be read.
            """,
            zh: """
                DATE 为现场日期：2026-11-21、today（今天）或 yesterday（昨天）。对每个应有分钟数据的因子，列出从何时到何时
                没有数值、原因，以及事后补到多少。不加 --outlet 时还列出每条上行链路何时中断、尚欠哪些数据。当日只列到最近
                一个已结束的分钟。日志库中某排口的数据从最早一条未删除的分钟记录开始：此前的情况不详，会说明，不算缺失。
                已不在配置中的排口和因子按其记录判断，上行链路只列中断。
                只读取日志库，网关运行时也可使用。
                退出码 1：该日情况不详（尚未到来，或早于日志库）、没有日志库、没有该排口，或无法读取。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "day", "outlet"], flags: ["json"], positionals: 1)
        let file = try arguments.configurationFile()
        let text = try arguments.required("day")
        guard let written = WrittenTime(text), written.isDay else {
            throw UsageError(
                "--day \(text): write it like 2026-11-21, today or yesterday",
                zh: "--day \(text)：请写成 2026-11-21、today 或 yesterday")
        }
        guard let configuration = configuration(file, for: "gaps") else { return .failed }
        do {
            let zone = try ZoneRules.named(configuration.gateway.timezone)
            let list = try GapList(
                configuration, day: written.civilTime(in: zone), zone: zone, outlet: arguments.value("outlet"))
            for remark in list.remarks { Console.failure(remark, of: "gaps") }
            try Console.output(arguments.has("json") ? json(list.gaps) : table(list, zone))
            return .good
        } catch {
            Console.failure(error, of: "gaps")
            return .failed
        }
    }

    private static func table(_ list: GapList, _ zone: ZoneRules) -> [UInt8] {
        let language = Language.ofCommandLine
        guard !list.gaps.isEmpty else {
            let end = clock(list.range.upperBound, zone)
            let text =
                list.isOver
                ? BilingualText("no gaps\n", zh: "无缺失\n")
                : BilingualText("no gaps until \(end)\n", zh: "截至 \(end) 无缺失\n")
            return Array(language(text).utf8)
        }
        let lines = list.gaps.map { gap in
            let minutes = gap.length.wholeMilliseconds / 60_000
            let refilled = gap.refilledLength.wholeMilliseconds / 60_000
            let (from, to) = (clock(gap.from, zone), ending(gap.to ?? gap.reached, zone))
            let reason = RecordedReason(gap.reason).words
            let own = "\(gap.subject.outlet)  \(gap.subject.factor ?? "")"
            return language(
                BilingualText(
                    "\(gap.subject.uplink.map { "uplink  \($0)" } ?? own)  \(from) to \(to)  \(minutes) min  \(reason.en)"
                        + (refilled > 0 ? ", \(refilled) min of it came later" : "") + "\n",
                    zh:
                        "\(gap.subject.uplink.map { "上行链路  \($0)" } ?? own)  \(from) 至 \(to)  \(minutes) 分钟  \(reason.zh)"
                        + (refilled > 0 ? "，其中 \(refilled) 分钟已补" : "") + "\n"))
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
