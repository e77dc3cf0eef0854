import Telemetry

/// Incidents of the demo plant by what happens. Each begins an hour after `start`, a full hour, so that the hour before is
/// a good one, and is over, its alarms included, four hours after it.
extension Incident {
    typealias Maker = @Sendable (_ start: Int, _ poll: Int) -> Incident

    private static let hour = 3_600
    private static let minute = 60

    /// Those that fit into four hours.
    static let short: [Maker] = limits + readings + consistency + data

    private static let limits: [Maker] = [
        { start, poll in
            let from = start + hour + 45 * minute
            let time = from..<from + 8 * minute
            return Incident(
                name: "SO2 above its limit for minutes", departures: [.level("a21026", 42, time)],
                expected: [
                    .init(
                        "L6", "a21026", raised: from + 5 * minute, cleared: time.upperBound + minute, slack: poll)
                ])
        },
        { start, _ in exceeded("a21002", 60, start) },
        { start, _ in exceeded("a34013", 14, start) },
        { start, poll in
            var incident = exceeded("a21026", 43, start)
            let from = start + hour
            incident.expected.append(
                .init("L6", "a21026", raised: from + 5 * minute, cleared: from + hour + minute, slack: poll))
            return incident
        },
        { start, _ in
            Incident(
                name: "SO2 near its limit for an hour",
                departures: [.level("a21026", 30, start + hour..<start + 2 * hour, ripple: 0.5)],
                expected: [.init("L3", "a21026", raised: start + 2 * hour, cleared: start + 3 * hour)])
        },
        { start, _ in
            let from = start + hour + 5 * minute
            return Incident(
                name: "NOx high for six minutes at the beginning of an hour",
                departures: [.level("a21002", 90, from..<from + 6 * minute)],
                expected: [
                    .init("L4", "a21002", raised: from + 5 * minute, cleared: start + 2 * hour, clearSlack: minute)
                ])
        },
        { start, _ in
            Incident(
                name: "acid water for an hour",
                departures: [.level("w01001", 5.7, start + hour..<start + 2 * hour)],
                expected: [.init("L7", "w01001", raised: start + 2 * hour, cleared: start + 3 * hour)])
        },
    ]

    /// An hour above its limit, foreseen after ten minutes.
    private static func exceeded(_ code: String, _ level: Double, _ start: Int) -> Incident {
        let from = start + hour
        return Incident(
            name: "\(code) above its limit for an hour", departures: [.level(code, level, from..<from + hour)],
            expected: [
                .init("L4", code, raised: from + 10 * minute, cleared: from + hour, clearSlack: minute),
                .init("L1", code, raised: from + hour, cleared: from + 2 * hour),
            ])
    }

    private static let readings: [Maker] = [
        { start, _ in
            let time = start + hour..<start + hour + 90 * minute
            return Incident(
                name: "the dust monitor holds its output", departures: [.stuck("a34013", at: 4.2, time)],
                expected: [
                    .init(
                        "Q1", "a34013", raised: time.lowerBound + hour, cleared: time.upperBound + minute,
                        slack: 2 * minute)
                ])
        },
        { start, _ in
            let time = start + hour..<start + hour + 40 * minute
            return Incident(
                name: "SO2 is zero", departures: [.stuck("a21026", at: 0, time)],
                expected: [
                    .init(
                        "Q2", "a21026", raised: time.lowerBound + 30 * minute, cleared: time.upperBound + 2 * minute,
                        slack: minute)
                ])
        },
        { start, _ in
            let time = start + hour..<start + hour + 12 * minute
            return Incident(
                name: "NOx below zero", departures: [.level("a21002", -8, time, ripple: 0.5)],
                expected: [
                    .init(
                        "Q3", "a21002", raised: time.lowerBound + 5 * minute, cleared: time.upperBound + 5 * minute,
                        slack: minute)
                ])
        },
        { start, _ in
            let time = start + hour..<start + hour + 10 * minute
            return Incident(
                name: "NOx over range", departures: [.flagged("a21002", .overRange, 170, time)],
                expected: [
                    .init(
                        "Q4", "a21002", raised: time.lowerBound + minute, cleared: time.upperBound + 5 * minute,
                        slack: minute),
                    // At the end of the range the hour is above its limit.
                    .init(
                        "L4", "a21002", raised: time.lowerBound + 10 * minute, cleared: start + 2 * hour,
                        clearSlack: minute),
                    .init("L1", "a21002", raised: start + 2 * hour, cleared: start + 3 * hour),
                ])
        },
        { start, _ in
            let from = start + hour + 56 * minute
            return Incident(
                name: "NOx jumps and comes back",
                departures: [.level("a21002", 135, from..<from + 2 * minute, ripple: 0.3)],
                expected: [
                    .init(
                        "Q5", "a21002", raised: from + minute, cleared: from + 11 * minute, slack: minute,
                        clearSlack: 3 * minute)
                ])
        },
        { start, _ in
            let from = start + hour
            return Incident(
                name: "pH jumps", departures: [.level("w01001", 9.8, from..<from + 3 * minute)],
                expected: [
                    .init(
                        "Q5", "w01001", raised: from + minute, cleared: from + hour + 12 * minute, slack: minute,
                        clearSlack: 3 * minute)
                ])
        },
    ]

    private static let consistency: [Maker] = [
        { start, _ in
            let time = start + hour..<start + hour + 20 * minute
            let gases: Set<String> = ["a21026", "a21002", "a21003"]
            return Incident(
                name: "the analyser draws air",
                departures: [.scaled(gases, by: 0.03, time), .level("a19001", 20.6, time, ripple: 0.1)],
                expected: [
                    .init(
                        "C1", "stack-1", raised: time.lowerBound + 10 * minute, cleared: time.upperBound + 5 * minute,
                        slack: minute),
                    .init(
                        "Q5", "a19001", raised: time.lowerBound + minute, cleared: time.lowerBound + 11 * minute,
                        slack: minute),
                    // Dust is not diluted, and its conversion with that oxygen is far above the limit.
                    .init(
                        "L4", "a34013", raised: time.lowerBound + 10 * minute, cleared: time.lowerBound + hour,
                        clearSlack: minute),
                ])
        },
        { start, _ in conflict("C2", "stack-1", .level("a01011", 0.5, lasting(20, start), ripple: 0.1), start) },
        { start, _ in conflict("C3", "a01014", .level("a01014", 30, lasting(20, start)), start) },
        { start, _ in
            Incident(
                name: "NO is more than NOx",
                departures: [.level("a21003", 34, start + hour..<start + 3 * hour)],
                expected: [.init("C7", "stack-1", raised: start + 3 * hour, cleared: start + 4 * hour)])
        },
    ]

    /// So many minutes, from an hour after `start` on.
    private static func lasting(_ minutes: Int, _ start: Int) -> Range<Int> {
        start + hour..<start + hour + minutes * minute
    }

    /// Ten minutes until it is raised, five until it is over.
    private static func conflict(_ rule: String, _ subject: String, _ departure: SiteDeparture, _ start: Int)
        -> Incident
    {
        Incident(
            name: "\(rule) of \(subject)", departures: [departure],
            expected: [
                .init(
                    rule, subject, raised: departure.time.lowerBound + 10 * minute,
                    cleared: departure.time.upperBound + 5 * minute, slack: minute)
            ])
    }

    private static let data: [Maker] = [
        { start, poll in
            let time = lasting(10, start)
            return Incident(
                name: "the dust monitor is silent", departures: [.silent("dust-meter", time)],
                expected: [
                    .init(
                        "D1", "dust-meter", raised: time.lowerBound + minute - 2 * poll, cleared: time.upperBound,
                        slack: 2 * poll)
                ])
        },
        { start, poll in
            let from = start + hour + 5 * minute
            let time = from..<from + 25 * minute
            let gap = max(minute, 3 * poll)
            // The hour is lost to a silence that is told.
            return Incident(
                name: "the gas analyser is silent and the hour lost", departures: [.silent("cems-1", time)],
                expected: [
                    .init("D1", "cems-1", raised: from + gap - 2 * poll, cleared: time.upperBound, slack: 2 * poll)
                ])
        },
        { start, poll in
            let time = lasting(6, start)
            let gap = max(minute, 3 * poll)
            return Incident(
                name: "NOx alone is missing", departures: [.silent("a21002", time)],
                expected: [
                    .init(
                        "D1", "a21002", raised: time.lowerBound + gap - 2 * poll, cleared: time.upperBound,
                        slack: 2 * poll)
                ])
        },
    ]

    // MARK: Days

    /// COD above the limit of its day from 6 o'clock on; `day`: its first second.
    static func badDay(_ day: Int) -> Incident {
        Incident(
            name: "a day of bad water",
            departures: [.level("w01018", 62, day + 6 * hour..<day + 24 * hour)],
            expected: [
                .init("L5", "w01018", raised: day + 7 * hour, cleared: day + 24 * hour, clearSlack: hour),
                .init("L2", "w01018", raised: day + 24 * hour, cleared: day + 48 * hour),
            ])
    }

    /// NOx just under its limit for 26 hours from `start` on.
    static func flatTop(_ start: Int) -> Incident {
        Incident(
            name: "NOx just under its limit",
            departures: [.level("a21002", 46.8, start..<start + 26 * hour, ripple: 0.1)],
            expected: [
                .init(
                    "Q7", "a21002", raised: start + 23 * hour, cleared: start + 28 * hour, slack: hour,
                    clearSlack: 2 * hour)
            ])
    }

    /// NO in the lowest tenth of its range for 54 hours from `start` on.
    static func lowRange(_ start: Int) -> Incident {
        Incident(
            name: "NO in the lowest tenth of its range",
            departures: [.level("a21003", 14, start..<start + 54 * hour)],
            expected: [.init("Q8", "a21003", raised: start + 48 * hour, cleared: start + 60 * hour)])
    }
}
