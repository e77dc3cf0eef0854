import Alarms
import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

/// The missing data of a day, as the journal tells of them.
struct GapList {
    /// As much of the day as is over.
    let range: Range<WallInstant>
    /// Whether all of it is.
    let isOver: Bool
    private(set) var gaps: [DataGap] = []
    /// What must be known besides, for people.
    private(set) var remarks: [BilingualText] = []

    private let configuration: GatewayConfiguration
    private let zone: ZoneRules

    /// `outlet`: the only one that is wanted; nil: all, and the uplinks. Fails where nothing is known of the day.
    init(_ configuration: GatewayConfiguration, day: CivilTime, zone: ZoneRules, outlet: String?) throws {
        self.configuration = configuration
        self.zone = zone
        try Files.requireJournal(in: configuration.gateway.dataDirectory)
        let start = zone.instant(of: day)
        let end = PeriodCalendar(zone: zone).end(of: .day, startingAt: start)
        let lastMinute = Self.lastMinute(every: configuration.gateway.minuteInterval)
        (range, isOver) = (start..<max(start, min(end, lastMinute)), lastMinute >= end)
        guard start <= SystemClock.wall else {
            throw StartError("\(day.dateText) is to come: it has no data yet", zh: "\(day.dateText) 尚未到来，还没有数据")
        }
        guard !range.isEmpty else {
            throw StartError(
                "no minute of \(day.dateText) is over yet: ask again in two minutes",
                zh: "\(day.dateText) 还没有结束的分钟：请两分钟后再试")
        }
        try judge(outlet)
    }

    /// The last minute may still be in the making.
    private static func lastMinute(every minutes: Int) -> WallInstant {
        let length = Int64(minutes) * 60_000
        let now = SystemClock.wall.millisecondsSince1970 - 60_000
        return WallInstant(millisecondsSince1970: now - now % length)
    }

    private mutating func judge(_ wanted: String?) throws {
        let names = try FormerNames(configuration)
        let former = try names.outlets(with: .minute, in: range)
        let configured = configuration.outlets.map(\.id)
        if let wanted, !configured.contains(wanted), !(try names.hasRecords(of: wanted)) {
            throw try names.unknown(wanted, .minute)
        }
        var unknown: [(outlet: String, begin: WallInstant?)] = []
        let outlets = wanted.map { [$0] } ?? configured + former
        for outlet in outlets {
            let begin = try judge(outlet: outlet)
            if begin.map({ $0 > range.lowerBound }) ?? true { unknown.append((outlet, begin)) }
        }
        if wanted == nil { try judgeUplinks(names) }
        try tell(unknown, of: outlets.count)
    }

    /// Returns where the records of the outlet begin; nil: there are none.
    private mutating func judge(outlet id: String) throws -> WallInstant? {
        let outlet = configuration.outlets.first { $0.id == id }
        var journal = try PeriodJournal(
            directory: configuration.gateway.dataDirectory, kind: .minute, outlet: id, range: range)
        try journal.scan { _ in }
        guard let begin = journal.begin, begin < range.upperBound else { return journal.begin }
        // A batch analyser has a number when it has a result, and what is computed has one when its parts have.
        let codes = outlet?.factors.filter { $0.cycle == nil }.map(\.code) ?? []
        let passedOver = Set(outlet?.factors.map(\.code) ?? []).subtracting(codes).union(
            outlet == nil ? [] : ["a00000"])
        var scan = GapScan(
            outlet: id, codes: codes, passingOver: passedOver.subtracting(codes), from: max(begin, range.lowerBound))
        try journal.read { scan.take($0) }
        guard outlet == nil else {
            gaps += scan.finish(at: range.upperBound)
            return begin
        }
        let last = journal.latest ?? begin
        gaps += last < range.upperBound ? scan.finishAtLastRecord() : scan.finish(at: range.upperBound)
        var remark = BilingualText(
            "outlet '\(id)' is not configured any more: its factors are those of its records",
            zh: "排口“\(id)”已不在配置中：因子以其记录为准")
        if last < range.upperBound {
            let time = zone.civilTime(at: last)
            let text = "\(time.dateText) \(time.clock)"
            remark =
                remark
                + BilingualText(
                    ", the last of \(text): nothing was due after it", zh: "，最后一条为 \(text)，此后不计缺失")
        }
        remarks.append(remark)
        return begin
    }

    private mutating func judgeUplinks(_ names: FormerNames) throws {
        let uplinks = try UplinkGaps(directory: configuration.gateway.dataDirectory, range: range)
        for uplink in configuration.uplinks { gaps += try uplinks.gaps(of: uplink) }
        for former in try names.uplinks() {
            let outages = try uplinks.outages(of: former)
            guard !outages.isEmpty else { continue }
            gaps += outages
            remarks.append(
                BilingualText(
                    "uplink '\(former)' is not configured any more: when it was down is told, what it still owes is not known",
                    zh: "上行链路“\(former)”已不在配置中：列出其中断，尚欠的数据不详"))
        }
    }

    /// Says of which outlets the journal knows nothing for a part of the day; fails where that is all there is to say.
    private mutating func tell(_ unknown: [(outlet: String, begin: WallInstant?)], of outlets: Int) throws {
        let told = unknown.map { outlet, begin -> BilingualText in
            guard let begin else {
                return BilingualText("the journal holds no minute of \(outlet)", zh: "日志库中没有 \(outlet) 的分钟记录")
            }
            let time = zone.civilTime(at: begin)
            let text = "\(time.dateText) \(time.clock)"
            return BilingualText(
                "what the journal holds of \(outlet) begins with \(text)", zh: "日志库中 \(outlet) 的数据从 \(text) 开始")
        }
        let isNothing =
            unknown.count == outlets && unknown.allSatisfy { $0.begin.map { $0 >= range.upperBound } ?? true }
        if isNothing, outlets > 0, gaps.isEmpty {
            throw StartError(
                told.map(\.en).joined(separator: "; ") + ": nothing is known of that day",
                zh: told.map(\.zh).joined(separator: "；") + "：该日情况不详")
        }
        remarks += told.map { $0 + BilingualText(": nothing is known of the time before", zh: "：此前情况不详") }
    }
}

extension CivilTime {
    /// `2026-11-21`
    fileprivate var dateText: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }

    /// `10:05`
    fileprivate var clock: String { "\(Self.two(hour)):\(Self.two(minute))" }

    private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
