import GatewayCore
import HostSystem
import JSON
import Protocol
import Telemetry
import TelemetryStore

/// What the control socket says and takes of alarms: the active ones, records since a time, acknowledgements.
final class AlarmService: Sendable {
    /// Of one answer; a longer time is asked for in parts.
    private static let mostRecords = 5_000
    private static let page = 512

    private let core: CoreHost
    private let journal: Journal
    private let zone: ZoneRules

    init(core: CoreHost, journal: Journal, zone: ZoneRules) {
        self.core = core
        self.journal = journal
        self.zone = zone
    }

    /// With `"language":"zh"` what people read is Chinese. The reply to `{"alarms":"active"}`, `{"alarms":"since","time":…}` (either with `"as":"json"`) and
    /// `{"acknowledge":ID,"by":…,"note":…}`; nil for anything else.
    func answer(_ request: JSONValue) -> [UInt8]? {
        let isJSON = request["as"] == .string("json")
        let language = Language(request)
        do {
            if case .string(let id) = request["acknowledge"] { return try acknowledge(id, request) }
            switch request["alarms"] {
            case .string("active"): return active(isJSON: isJSON, language)
            case .string("since"): return try since(request, isJSON: isJSON)
            default: return nil
            }
        } catch {
            return Self.reply(error: language(BilingualText(error)))
        }
    }

    // MARK: Showing

    private func active(isJSON: Bool, _ language: Language) -> [UInt8] {
        let wall = SystemClock.wall
        let alarms = core.look { $0.activeAlarms(at: wall, in: isJSON ? nil : language) }
        if isJSON { return AlarmReport.list(alarms) }
        guard !alarms.isEmpty else { return Array(language(BilingualText("no active alarms\n", zh: "当前无报警\n")).utf8) }
        return Array(alarms.map { line($0, language) }.joined().utf8)
    }

    private func line(_ alarm: AlarmReport, _ language: Language) -> String {
        let note = alarm.acknowledgement.map { given in
            "\n  " + language(BilingualText("acknowledged by \(given.by)", zh: "已由 \(given.by) 确认"))
                + (given.note.isEmpty ? "" : language(BilingualText(": ", zh: "：")) + given.note)
        }
        let number = alarm.number.map { "\($0)  " } ?? ""
        return number
            + "\(zone.civilTime(at: alarm.since).text)  \(language(alarm.severity.words))  \(alarm.rule)  \(alarm.message)\n"
            + "  \(alarm.id)\(note ?? "")\n"
    }

    private func since(_ request: JSONValue, isJSON: Bool) throws -> [UInt8] {
        guard case .string(let text) = request["time"], let start = start(text) else {
            throw StartError(
                "a time is written like 2026-11-21, 2026-11-21T10:00 or today, or as 24h ago",
                zh: "时间请写成 2026-11-21、2026-11-21T10:00、today，或 24h（多久以前）")
        }
        let records = try records(since: start)
        if isJSON { return Array("[".utf8) + records.joined(separator: Array(",".utf8)) + Array("]".utf8) }
        guard !records.isEmpty else {
            let none = BilingualText("no alarms since \(text)\n", zh: "\(text) 以来没有报警\n")
            return Array(Language(request)(none).utf8)
        }
        let language = Language(request)
        let lines = records.compactMap { (try? JSONValue(parsing: $0)).map { line(record: $0, language) } }
        return Array(lines.joined().utf8)
    }

    /// The instant that `text` names on the plant's clock, or so long ago.
    private func start(_ text: String) -> WallInstant? {
        if let ago = Duration(text: text) { return SystemClock.wall - ago }
        return WrittenTime(text).map { $0.instant(in: zone) }
    }

    /// Bodies of alarm records, oldest first.
    private func records(since start: WallInstant) throws -> [[UInt8]] {
        let reader = try journal.makeReader()
        let head = try reader.head()
        var bodies: [[UInt8]] = []
        var after: Int64 = 0
        while after < head {
            let page = try reader.read(
                after: after, through: head, kinds: .only([RecordKind.alarm.rawValue]), limit: Self.page)
            bodies += page.rows.filter { $0.timestamp >= start.millisecondsSince1970 }.map(\.body)
            after = page.through
            guard bodies.count <= Self.mostRecords else {
                throw StartError(
                    "more than \(Self.mostRecords) records; ask for a later time",
                    zh: "超过 \(Self.mostRecords) 条记录，请给出更晚的时间")
            }
        }
        return bodies
    }

    private func line(record: JSONValue, _ language: Language) -> String {
        func text(_ key: String) -> String { if case .string(let text) = record["alarm"]?[key] { text } else { "" } }
        var time = ""
        if case .integer(let instant) = record["ts"] {
            time = zone.civilTime(at: WallInstant(millisecondsSince1970: instant)).text
        }
        var state = AlarmReport.State(rawValue: text("state"))?.words ?? .init(verbatim: text("state"))
        if record["alarm"]?["suppressed"] == .bool(true) { state = state + .init(", suppressed", zh: "，不报") }
        let severity = AlarmReport.Severity(rawValue: text("severity"))?.words ?? .init(verbatim: text("severity"))
        return
            "\(time)  \(language(state))  \(language(severity))  \(text("rule"))  \(text("message"))\n  \(text("id"))\n"
    }

    // MARK: Acknowledging

    private func acknowledge(_ id: String, _ request: JSONValue) throws -> [UInt8] {
        guard case .string(let name) = request["by"], !name.isEmpty else {
            throw StartError("who acknowledges is missing", zh: "缺少确认人")
        }
        var note = ""
        if case .string(let text) = request["note"] { note = text }
        guard name.unicodeScalars.count <= 64, note.unicodeScalars.count <= 500 else {
            throw StartError("a name has up to 64 characters, a note up to 500", zh: "姓名不超过 64 个字符，说明不超过 500 个")
        }
        try acknowledge(id, by: name, note: note)
        return Self.reply(error: nil)
    }

    /// Throws, in words, when no such alarm waits for it.
    func acknowledge(_ id: String, by name: String, note: String) throws {
        var isDone = false
        core.step { machine, now, wall in
            let actions = machine.acknowledge(alarm: id, by: name, note: note, at: now, wall: wall)
            isDone = !actions.isEmpty
            return actions
        }
        guard isDone else {
            throw StartError(
                "no alarm '\(id)' waits for an acknowledgement; `gatewayd alarms` lists them",
                zh: "没有待确认的报警“\(id)”；`gatewayd alarms` 列出全部")
        }
    }

    private static func reply(error: String?) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("ok", bool: error == nil)
        json.field("error", error)
        json.endObject()
        return json.bytes
    }
}

extension Language {
    /// The language in which whoever asks over the control socket wants to be answered.
    init(_ request: JSONValue) { self = request["language"] == .string("zh") ? .zh : .en }
}

extension CivilTime {
    /// `2026-11-21 10:00:05`.
    fileprivate var text: String {
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(padded(month))-\(padded(day)) \(padded(hour)):\(padded(minute)):\(padded(second))"
    }
}
