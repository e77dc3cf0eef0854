import Emissions
import Telemetry

/// The records of one outlet that bear on a report, in any order of arrival.
///
/// Of two records of a period the later one adds to the earlier and outdoes it, factor by factor: an instrument may have
/// delivered late.
package struct ReportRecords: Sendable {
    private let period: ReportPeriod
    private let isSubstituting: Bool
    private let bounds: ClosedRange<Int64>
    /// Hours, by their start.
    private var hours: [Int64: PeriodRecord] = [:]
    private var longer: [LongerPeriod: PeriodRecord] = [:]

    /// A day, month or year on the plant's clock.
    private struct LongerPeriod: Hashable {
        var length: PeriodLength
        /// At midnight.
        var start: CivilTime

        /// The period that `time` is in.
        init(_ length: PeriodLength, of time: CivilTime) {
            self.length = length
            start = time.start(of: length)
        }
    }

    package init(period: ReportPeriod, substituting: Bool) {
        self.period = period
        isSubstituting = substituting
        bounds = period.bounds(substituting: substituting)
    }

    package mutating func take(_ record: PeriodRecord) {
        guard bounds.contains(record.start) else { return }
        if record.length == .hour {
            guard period.needs(record.dataTime, substituting: isSubstituting) else { return }
            hours[record.start] = hours[record.start]?.merged(with: record) ?? record
        } else if period.contains(record.dataTime), record.length != .year || period.length == .year {
            let key = LongerPeriod(record.length, of: record.dataTime)
            longer[key] = longer[key]?.merged(with: record) ?? record
        }
    }

    /// The record of the day, month or year that contains `time`.
    func record(of length: PeriodLength, containing time: CivilTime) -> PeriodRecord? {
        longer[LongerPeriod(length, of: time)]
    }

    /// The starts of the days and months that have records.
    var longerStarts: [(length: PeriodLength, start: CivilTime)] { longer.keys.map { ($0.length, $0.start) } }

    /// The factors that occur.
    package var recorded: RecordedFactors {
        var found: [String: Bool] = [:]
        for record in [hours.values.map(\.self), longer.values.map(\.self)].joined() {
            for (code, factor) in record.factors { found[code] = found[code] == true || factor.converted != nil }
        }
        return RecordedFactors(isConverted: found)
    }

    /// One hour of the plant's clock, with its record if there is one.
    struct Slot {
        let start: Int64
        let dataTime: CivilTime
        let record: PeriodRecord?

        var isStopped: Bool { record?.mark == .stopped }
        /// Year and quarter in one number.
        var quarter: Int { dataTime.year * 4 + (dataTime.month - 1) / 3 }
    }

    /// From the first hour to the last in order. Hours without a record are there too: they are due and missing.
    var slots: [Slot] {
        let hour: Int64 = 3_600_000
        var slots: [Slot] = []
        for record in hours.values.sorted(by: { $0.start < $1.start }) {
            if let last = slots.last {
                // Where clocks change by half an hour the distance is no whole number of hours.
                for step in stride(from: hour, through: record.start - last.start - hour, by: Int64.Stride(hour)) {
                    slots.append(
                        Slot(
                            start: last.start + step,
                            dataTime: CivilTime(localMilliseconds: last.dataTime.localMilliseconds + step), record: nil)
                    )
                }
            }
            slots.append(Slot(start: record.start, dataTime: record.dataTime, record: record))
        }
        return slots
    }
}

/// Factors that occur in records, and whether they have converted values there.
package struct RecordedFactors: Equatable, Sendable {
    var isConverted: [String: Bool] = [:]

    var isEmpty: Bool { isConverted.isEmpty }
    var inOrder: [(code: String, isConverted: Bool)] {
        isConverted.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
