import Telemetry

/// A day, month or year of a report: its record, where there is one, and the shorter periods in it.
struct ReportSpan {
    let length: PeriodLength
    /// Midnight of its first day.
    let start: CivilTime
    let record: PeriodRecord?
    /// Indices of the report's hours.
    let hours: Range<Int>
    /// The months of a year, the days of a month, in order; a day has hours alone.
    let parts: [ReportSpan]

    /// The whole period of a report. `slots`: the hours of `records`.
    init(_ period: ReportPeriod, _ records: ReportRecords, slots: [ReportRecords.Slot]) {
        let first = slots.firstIndex { period.contains($0.dataTime) } ?? slots.endIndex
        let days = slots[first...].prefix { period.contains($0.dataTime) }
            .grouped { $0.dataTime.start(of: .day) }
            .map { (start: slots[$0.startIndex].dataTime.start(of: .day), hours: $0.indices) }
        self.init(period.length, period.start, records, days)
    }

    /// `days`: those with hours in a longer period, in order.
    private init(
        _ length: PeriodLength, _ start: CivilTime, _ records: ReportRecords,
        _ days: [(start: CivilTime, hours: Range<Int>)]
    ) {
        let inside = days.filter { $0.start.start(of: length) == start }
        self.length = length
        self.start = start
        record = records.record(of: length, containing: start)
        hours = (inside.first?.hours.lowerBound ?? 0)..<(inside.last?.hours.upperBound ?? 0)
        guard let part = length.part else {
            parts = []
            return
        }
        let recorded = records.longerStarts.filter { $0.length != length && $0.start.start(of: length) == start }
        let starts = Set((inside.map(\.start) + recorded.map(\.start)).map { $0.start(of: part) })
        parts = starts.sorted { $0.localMilliseconds < $1.localMilliseconds }
            .map { ReportSpan(part, $0, records, inside) }
    }
}

extension PeriodLength {
    /// What a report sums a period of.
    fileprivate var part: PeriodLength? {
        switch self {
        case .year: .month
        case .month: .day
        case .day, .hour, .minutes: nil
        }
    }
}

extension CivilTime {
    /// Midnight of the first day of the day, month or year that the time is in.
    func start(of length: PeriodLength) -> CivilTime {
        switch length {
        case .year: CivilTime(year: year, month: 1, day: 1)
        case .month: CivilTime(year: year, month: month, day: 1)
        case .day, .hour, .minutes: CivilTime(year: year, month: month, day: day)
        }
    }
}

extension Collection {
    /// The collection cut where the key changes.
    fileprivate func grouped(by key: (Element) -> some Equatable) -> [SubSequence] {
        var groups: [SubSequence] = []
        var start = startIndex
        while start != endIndex {
            let first = key(self[start])
            let end = self[start...].firstIndex { key($0) != first } ?? endIndex
            groups.append(self[start..<end])
            start = end
        }
        return groups
    }
}
