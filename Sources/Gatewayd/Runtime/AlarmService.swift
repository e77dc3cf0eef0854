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

    /// The reply to `{"alarms":"active"}`, `{"alarms":"since","time":…}` (either with `"as":"json"`) and
    /// `{"acknowledge":ID,"by":…,"note":…}`; nil for anything else.
    func answer(_ request: JSONValue) -> [UInt8]? {
        let isJSON = request["as"] == .string("json")
        do {
            if case .string(let id) = request["acknowledge"] { return try acknowledge(id, request) }
            switch request["alarms"] {
            case .string("active"): return active(isJSON: isJSON)
            case .string("since"): return try since(request, isJSON: isJSON)
            default: return nil
            }
        } catch {
            return Self.reply(error: "\(error)")
        }
    }

    // MARK: Showing

    private func active(isJSON: Bool) -> [UInt8] {
        let wall = SystemClock.wall
        let alarms = core.look { $0.activeAlarms(at: wall) }
        if isJSON { return AlarmReport.list(alarms) }
        guard !alarms.isEmpty else { return Array("no active alarms\n".utf8) }
        return Array(alarms.map { line($0) }.joined().utf8)
    }

    private func line(_ alarm: AlarmReport) -> String {
        let note = alarm.acknowledgement.map {
            "\n  acknowledged by \($0.by)" + ($0.note.isEmpty ? "" : ": \($0.note)")
        }
        return "\(zone.civilTime(at: alarm.since).text)  \(alarm.severity.rawValue)  \(alarm.rule)  \(alarm.message)\n"
            + "  \(alarm.id)\(note ?? "")\n"
    }

    private func since(_ request: JSONValue, isJSON: Bool) throws -> [UInt8] {
        guard case .string(let text) = request["time"], let start = start(text) else {
            throw StartError(description: "a time is written like 2026-11-21 or 2026-11-21T10:00, or as 24h ago")
        }
        let records = try records(since: start)
        if isJSON { return Array("[".utf8) + records.joined(separator: Array(",".utf8)) + Array("]".utf8) }
        guard !records.isEmpty else { return Array("no alarms since \(text)\n".utf8) }
        return Array(records.compactMap { (try? JSONValue(parsing: $0)).map { line(record: $0) } }.joined().utf8)
    }

    /// The instant that `text` names on the plant's clock, or so long ago.
    private func start(_ text: String) -> WallInstant? {
        if let ago = Duration(text: text) { return SystemClock.wall - ago }
        return CivilTime(text: text).map { zone.instant(of: $0) }
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
                throw StartError(description: "more than \(Self.mostRecords) records; ask for a later time")
            }
        }
        return bodies
    }

    private func line(record: JSONValue) -> String {
        func text(_ key: String) -> String { if case .string(let text) = record["alarm"]?[key] { text } else { "" } }
        var time = ""
        if case .integer(let instant) = record["ts"] {
            time = zone.civilTime(at: WallInstant(millisecondsSince1970: instant)).text
        }
        let state = record["alarm"]?["suppressed"] == .bool(true) ? text("state") + ", suppressed" : text("state")
        return "\(time)  \(state)  \(text("severity"))  \(text("rule"))  \(text("message"))\n  \(text("id"))\n"
    }

    // MARK: Acknowledging

    private func acknowledge(_ id: String, _ request: JSONValue) throws -> [UInt8] {
        guard case .string(let name) = request["by"], !name.isEmpty else {
            throw StartError(description: "who acknowledges is missing")
        }
        var note = ""
        if case .string(let text) = request["note"] { note = text }
        guard name.unicodeScalars.count <= 64, note.unicodeScalars.count <= 500 else {
            throw StartError(description: "a name has up to 64 characters, a note up to 500")
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
            throw StartError(description: "no alarm '\(id)' waits for an acknowledgement; `gatewayd alarms` lists them")
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

extension CivilTime {
    /// `2026-11-21 10:00:05`.
    fileprivate var text: String {
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(padded(month))-\(padded(day)) \(padded(hour)):\(padded(minute)):\(padded(second))"
    }
}
