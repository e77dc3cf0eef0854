import Emissions
import Telemetry

/// 2026-11-21 10:20:00 on China's clock.
let minuteStart = WallInstant(millisecondsSince1970: 1_795_227_600_000)

extension Channel {
    /// A channel of the stack's usual factors.
    static func stack(_ code: String, _ change: (inout Channel) -> Void = { _ in }) -> Channel {
        let condition = GasCondition.allCases.first { $0.code == code }
        let role: Role =
            switch code {
            case _ where condition != nil: condition.map(Role.condition) ?? .other
            case "a01011": .velocity
            case "a01017": .dynamicPressure
            case "a00000": .gasFlow
            case "w00000": .waterFlow
            case _ where code.hasPrefix("w01001"): .other
            case _ where code.hasPrefix("w"): .waterConcentration
            default: .gasConcentration
            }
        var channel = Channel(code: code, role: role)
        channel.isFlowWeighted = role == .waterConcentration
        change(&channel)
        return channel
    }
}

/// The chain of an outlet, fed minute by minute.
struct Outlet {
    var chain: OutletChain
    var minutes = 0
    var hour: PeriodSum

    init(_ channels: [Channel], _ change: (inout OutletPlan) -> Void = { _ in }) {
        var plan = OutletPlan(channels: channels)
        change(&plan)
        chain = OutletChain(plan: plan)
        hour = PeriodSum(plan: plan)
    }

    func channel(_ code: String) -> Int { chain.plan.channels.firstIndex { $0.code == code } ?? -1 }

    var now: WallInstant { minuteStart + .seconds(60 * minutes) }

    /// A minute of these readings, each repeated every `interval` seconds.
    @discardableResult
    mutating func minute(
        _ readings: [String: Reading], every interval: Int = 5, mark: PlantMark = .running
    ) -> OutletPeriod {
        minute(
            readings.mapValues { reading in stride(from: 0, to: 60, by: interval).map { ($0, reading) } }, mark: mark)
    }

    /// A minute of these numbers, all good.
    @discardableResult
    mutating func minute(_ values: [String: Double], mark: PlantMark = .running) -> OutletPeriod {
        minute(values.mapValues { Reading(value: $0) }, mark: mark)
    }

    /// A minute of readings at seconds of their own.
    @discardableResult
    mutating func minute(
        _ readings: [String: [(second: Int, Reading)]], mark: PlantMark = .running, spansIntervals: Bool = false,
        place: Int? = nil, statements: [String: PeriodStatistics] = [:]
    ) -> OutletPeriod {
        var samples = chain.plan.channels.map { _ in MinuteSamples() }
        for (code, list) in readings {
            let channel = channel(code)
            for (second, reading) in list {
                if chain.plan.channels[channel].cycle != nil {
                    guard chain.takeResult(reading, channel: channel, at: now + .seconds(second)) else { continue }
                }
                samples[channel].add(
                    reading, chain.plan.channels[channel].scale,
                    overRangeCounts: chain.plan.constants.overRangeCounts, at: now + .seconds(second))
            }
        }
        let stated = chain.plan.channels.map { statements[$0.code] }
        let start = minuteStart + .seconds(minutes / 60 * 3600)
        let period = chain.minute(startingAt: now, samples: samples, statements: stated, mark: mark, hour: start)
        hour.add(period, place: place ?? minutes, spansIntervals: spansIntervals)
        minutes += 1
        return period
    }

    /// A minute of COD at 40 mg/L with this flow, and one reading of the meter beside it.
    mutating func minute(flow: Double?, meter: Double?) -> OutletPeriod {
        var samples = chain.plan.channels.map { _ in MinuteSamples() }
        let water = channel("w00000")
        for second in stride(from: 0, to: 60, by: 5) {
            for (code, value) in [("w01018", 40.0), ("w00000", flow)] as [(String, Double?)] {
                guard let value else { continue }
                samples[channel(code)].add(
                    Reading(value: value), chain.plan.channels[channel(code)].scale, overRangeCounts: false,
                    at: now + .seconds(second))
            }
        }
        if let meter { samples[water].addMeter(Reading(value: meter), of: chain.plan.channels[water], at: now) }
        let none = chain.plan.channels.map { _ -> PeriodStatistics? in nil }
        let period = chain.minute(startingAt: now, samples: samples, statements: none, mark: .running)
        hour.add(period)
        minutes += 1
        return period
    }

    /// The hour of the minutes so far.
    func closedHour() -> OutletPeriod {
        hour.closed(
            .hour, parts: 60, month: 11, results: chain.results(from: minuteStart, to: minuteStart + .seconds(3600)))
    }
}

extension OutletPeriod {
    func factor(_ code: String, of outlet: Outlet) -> FactorPeriod { factors[outlet.channel(code)] }
}

extension Double {
    /// Whether the number is `other` to the digits that a table prints.
    func isAbout(_ other: Double, _ tolerance: Double = 0.0005) -> Bool { (self - other).magnitude <= tolerance }
}
