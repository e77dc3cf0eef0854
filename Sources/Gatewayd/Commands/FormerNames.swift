import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

/// Outlets and uplinks that the journal knows and the configuration does not (any more).
struct FormerNames {
    private let reader: JournalReader
    private let configuration: GatewayConfiguration

    init(_ configuration: GatewayConfiguration) throws(JournalError) {
        self.configuration = configuration
        reader = try JournalReader(directory: configuration.gateway.dataDirectory)
    }

    /// Outlets with records of `kind` about times in `range`.
    func outlets(
        with kind: RecordKind, in range: Range<WallInstant> = .all
    ) throws(JournalError) -> [String] {
        let configured = Set(configuration.outlets.map(\.id))
        let milliseconds = range.lowerBound.millisecondsSince1970..<range.upperBound.millisecondsSince1970
        return try reader.places(of: kind.rawValue, in: milliseconds).filter { !configured.contains($0) }
    }

    /// Whether the outlet `id` has records of any period; it may have none of a kind, or they are deleted already.
    func hasRecords(of id: String) throws(JournalError) -> Bool { try everyOutlet().contains(id) }

    private func everyOutlet() throws(JournalError) -> [String] {
        var all: Set<String> = []
        for kind in [RecordKind.year, .month, .day, .hour, .minute] { all.formUnion(try outlets(with: kind)) }
        return all.sorted()
    }

    /// Uplinks that had records acknowledged.
    func uplinks() throws(JournalError) -> [String] {
        let configured = Set(configuration.uplinks.map(\.id))
        return try reader.cursorKeys().filter { !$0.contains(":") && !configured.contains($0) }
    }

    /// Says of the outlet `id` that neither the configuration nor records know it, with the names there are, those with
    /// records of `kind` foremost.
    func unknown(_ id: String, _ kind: RecordKind) throws(JournalError) -> StartError {
        let configured = configuration.outlets.map(\.id)
        let former = try outlets(with: kind)
        let near = nearestName(to: id, among: configured + (try everyOutlet()))
        let also = former.isEmpty ? "" : "; \(kind.rawValue) records are there of \(former.joined(separator: ", "))"
        let alsoChinese = former.isEmpty ? "" : "；日志库中另有 \(former.joined(separator: "、")) 的 \(kind.rawValue) 记录"
        let (list, listChinese) = (configured.joined(separator: ", "), configured.joined(separator: "、"))
        return StartError(
            "no outlet '\(id)' (\(near.map { "did you mean \($0)?" } ?? "there are \(list)\(also)"))",
            zh: "没有排口“\(id)”（\(near.map { "是不是 \($0)？" } ?? "已配置：\(listChinese)\(alsoChinese)")）")
    }

    /// What is told of an outlet that is read although it is not configured.
    static func remark(_ command: String, outlet id: String, _ consequence: BilingualText) {
        Console.failure(
            BilingualText("outlet '\(id)' is not configured any more: ", zh: "排口“\(id)”已不在配置中：") + consequence,
            of: command)
    }
}

extension Range<WallInstant> {
    static var all: Range<WallInstant> {
        WallInstant(millisecondsSince1970: .min)..<WallInstant(millisecondsSince1970: .max)
    }
}
