import Alarms
import GatewayCore
import Protocol
import Telemetry
import TelemetryStore

/// What the platforms have not got of a stretch of time, from the journal: its alarms and what each uplink owes.
struct UplinkGaps {
    private let reader: JournalReader
    private let head: Int64
    private let range: Range<WallInstant>

    init(directory: String, range: Range<WallInstant>) throws(JournalError) {
        reader = try JournalReader(directory: directory)
        head = try reader.head()
        self.range = range
    }

    /// When an uplink was down that is not configured any more; what it owes is not known, as its selection went with it.
    func outages(of former: String) throws(JournalError) -> [DataGap] {
        var scan = UplinkGapScan(uplink: former, from: range.lowerBound, knowsDebts: false)
        try takeAlarms(to: &scan)
        return scan.finish(at: range.upperBound)
    }

    private func takeAlarms(to scan: inout UplinkGapScan) throws(JournalError) {
        var taken = scan
        try each(RecordSelection(kinds: [.alarm]), in: 1...max(1, head)) { taken.take(alarm: $0.body) }
        scan = taken
    }

    func gaps(of uplink: UplinkConfiguration) throws(JournalError) -> [DataGap] {
        var scan = UplinkGapScan(uplink: uplink.id, from: range.lowerBound)
        try takeAlarms(to: &scan)
        // An uplink that never had anything acknowledged owes everything.
        let ledger = try reader.cursor(of: uplink.id).flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()
        var position: Int64 = 0
        while let owed = ledger.owed(after: position, through: head) {
            try each(RecordSelection(uplink).onlyOfShortPeriods, in: owed) { row in
                let from = WallInstant(millisecondsSince1970: row.timestamp)
                guard range.contains(from) else { return }
                let length = Duration.seconds(row.kind == RecordKind.hour.rawValue ? 3_600 : 60)
                scan.owes(from: from, to: from + length)
            }
            position = owed.upperBound
        }
        return scan.finish(at: range.upperBound)
    }

    private func each(
        _ selection: RecordSelection, in numbers: ClosedRange<Int64>, _ take: (JournalRow) -> Void
    ) throws(JournalError) {
        let records = CarriedRecords(reader, selection)
        var position = numbers.lowerBound - 1
        while position < numbers.upperBound {
            let page = try records.read(after: position, through: numbers.upperBound, limit: 512)
            page.rows.forEach(take)
            position = page.through
        }
    }
}

extension RecordSelection {
    /// The records that tell best which minutes are owed: minutes, else hours, else whatever is carried.
    fileprivate var onlyOfShortPeriods: RecordSelection {
        var selection = self
        if let kind = [RecordKind.minute, .hour].first(where: kinds.contains) { selection.kinds = [kind] }
        return selection
    }
}
