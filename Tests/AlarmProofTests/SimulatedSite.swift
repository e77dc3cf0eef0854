import Emissions
import GatewayCore
import PlantSimulator
import Protocol
import Telemetry
import Testing

/// The demo plant without a clock: what each factor of its configuration shows at any second, with what belongs to the life of
/// a site: load by day and night, blow-back, daily calibration, maintenance, polls that are lost, and one stop of the plant.
struct SimulatedSite: Sendable {
    struct Factor: Sendable {
        var outlet: Int
        var index: Int
        var code: String
        /// Its device or instrument.
        var source: String
        var quantity: Quantity
        /// The smallest step of the register or the digits of the frame; 0: float32.
        var step: Double

        /// The middle and the greatest departure from it.
        var calm: (mean: Double, swing: Double) {
            guard case .signal(let signal) = quantity else { return (0, 1) }
            return (signal.mean, signal.swing)
        }
    }

    let configuration: GatewayConfiguration
    let factors: [Factor]
    /// Seconds from reading to reading.
    let poll: Int
    /// The day of the stop, from 0.
    let stopDay: Int

    /// The demo plant with the limits of a permit and an NO channel, as `gatewayd simulate` would write it for a long script;
    /// rules wait as long as they do by default.
    init(seed: UInt64, poll: Int, stopDay: Int) throws {
        var plant = PlantDescription.demo(seconds: 1_200, seed: seed)
        plant.poll = .seconds(poll)
        plant.devices[0].registers.append(
            SimulatedRegister(
                "no", RegisterField(table: .input, address: 6, type: .float32, order: .abcd),
                .signal(Signal("no", seed: seed, mean: 24, swing: 2))))
        plant.outlets = try Self.withPermit(plant.outlets)
        self.poll = poll
        self.stopDay = stopDay
        configuration = try AlarmProofTests.configuration(Self.text(of: plant))
        factors = configuration.outlets.enumerated().flatMap { outlet, entry in
            entry.factors.enumerated().compactMap { index, factor in
                Self.factor(factor, at: (outlet, index), of: plant)
            }
        }
        #expect(factors.count == configuration.outlets.reduce(0) { $0 + $1.factors.count })
    }

    private static func withPermit(_ outlets: String) throws -> String {
        var text = outlets
        for (old, new) in [
            (
                "{ average: realtime, max: 35 }",
                "{ average: realtime, max: 35 }, "
                    + "{ average: hour, of: converted, max: 35, warn: 80% }"
            ),
            ("- { code: a19001,", "- { code: a21003, from: cems-1.no, range: [0, 200] }\n      - { code: a19001,"),
            ("from: cod-meter.w01018, limits: [ { average: hour,", "from: cod-meter.w01018, limits: [ { average: day,"),
        ] {
            try #require(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return text
    }

    private static func text(of description: PlantDescription) throws -> String {
        let plant = try Plant(description)
        defer { plant.stop() }
        let text = plant.gatewayConfiguration(
            PlantConfigurationOptions(dataDirectory: "/tmp/x", brokerURL: "mqtt://127.0.0.1"))
        return text.replacing("realtime_interval: 2s", with: "realtime_interval: 30s")
            .replacing("  rules: { L6: { delay: 0s, off_delay: 0s } }\n", with: "")
    }

    private static func factor(
        _ factor: FactorConfiguration, at place: (outlet: Int, index: Int), of plant: PlantDescription
    ) -> Factor? {
        switch factor.source {
        case .register(let bus, _, let register):
            let device = plant.devices[bus]
            let entry = device.registers[register]
            return Factor(
                outlet: place.outlet, index: place.index, code: factor.code, source: device.id,
                quantity: entry.quantity, step: entry.field.type == .float32 ? 0 : entry.scale)
        case .instrument(let index, let code):
            let monitor = plant.monitors[index]
            guard let entry = monitor.factors.first(where: { $0.code == code }) else { return nil }
            return Factor(
                outlet: place.outlet, index: place.index, code: factor.code, source: monitor.id,
                quantity: entry.quantity, step: entry.decimals == 1 ? 0.1 : 0.01)
        case .computed: return nil
        }
    }

    // MARK: Time

    /// When the plant shuts down, stands, starts and runs again.
    var stop: (down: Int, stopped: Int, start: Int, running: Int) {
        let down = stopDay * 86_400 + 20 * 3_600
        return (down, down + 3_600, down + 11 * 3_600, down + 13 * 3_600 + 1_800)
    }

    func mark(at second: Int) -> PlantMark {
        switch second {
        case stop.down..<stop.stopped: .shutDown
        case stop.stopped..<stop.start: .stopped
        case stop.start..<stop.running: .startUp
        default: .running
        }
    }

    /// 1 while the plant runs, 0 while it stands, in between on the way; normal for the last half hour of the start.
    private func activity(at second: Int) -> Double {
        if second < stop.down || second >= stop.running - 1_800 { return 1 }
        if second < stop.stopped { return 1 - Double(second - stop.down) / 3_600 }
        if second < stop.start { return 0 }
        return Double(second - stop.start) / Double(stop.running - 1_800 - stop.start)
    }

    // MARK: Readings

    /// What the factor shows at `second`; nil: the reading is lost.
    func reading(_ factor: Factor, at second: Int) -> Reading? {
        if isLost(factor.source, at: second) { return nil }
        if let reading = work(on: factor, at: second) { return reading }
        let natural = factor.quantity.value(at: PlantMoment(seconds: Double(second), phase: 2))
        var value = natural * load(factor.code, at: second)
        let activity = activity(at: second)
        if activity < 1, let idle = Self.idle[factor.code] {
            let (mean, swing) = factor.calm
            let rest = idle.level + idle.swing * (natural - mean) / swing
            value = activity * value + (1 - activity) * rest
            // A cold scrubber lets more through.
            if mark(at: second) == .startUp, activity > 0.3, ["a21026", "a21002"].contains(factor.code) { value *= 2 }
        }
        return Reading(value: rounded(value, factor))
    }

    /// The plant makes more by day, and the analyser sees its blow-back every four hours.
    private func load(_ code: String, at second: Int) -> Double {
        let day = Double((second + 86_400 - 32_400) % 86_400) / 86_400
        let wave = sine(day)
        switch code {
        case "a21026", "a21002", "a21003", "a34013":
            let isBlownBack = code != "a34013" && second % 14_400 >= 1_020 && second % 14_400 < 1_060
            return (1 + 0.1 * wave) * (isBlownBack ? 1.3 : 1)
        case "a01011": return 1 + 0.05 * wave
        case "w00000": return 1 + 0.3 * wave
        default: return 1
        }
    }

    /// Every three hours each source loses one poll.
    private func isLost(_ source: String, at second: Int) -> Bool {
        let shift = source.utf8.reduce(0) { $0 + Int($1) * 37 } % 10_800
        return (second + shift) % 10_800 / poll == 7
    }

    /// Calibration at 4 in the morning; maintenance of the monitors once a week, by night, when no incident is staged.
    private func work(on factor: Factor, at second: Int) -> Reading? {
        let (day, time) = (second / 86_400, second % 86_400)
        if factor.source == "cems-1", (14_400..<14_880).contains(time) {
            let isZero = time < 14_640
            return Reading(value: isZero ? 0.1 : factor.code == "a19001" ? 20 : 80, flag: .calibration)
        }
        if factor.source == "dust-meter", day % 7 == 2, (3_600..<6_600).contains(time) {
            return Reading(value: 0.1, flag: .maintenance)
        }
        if factor.source == "cod-meter", day % 7 == 4, (7_200..<9_600).contains(time) {
            return Reading(value: 1, flag: .maintenance)
        }
        return nil
    }

    func rounded(_ value: Double, _ factor: Factor) -> Double {
        factor.step == 0 ? Double(Float(value)) : (value / factor.step).rounded() * factor.step
    }

    /// What a standing plant shows.
    private static let idle: [String: (level: Double, swing: Double)] = [
        "a21026": (0.3, 0.1), "a21002": (0.5, 0.2), "a21003": (0.3, 0.1), "a34013": (0.3, 0.05), "a19001": (20.6, 0.05),
        "a01011": (0.6, 0.2), "a01012": (28, 1), "a01013": (-0.01, 0.004), "a01014": (2.2, 0.2),
    ]
}

/// The sine of `turns` full circles, near enough for the load of a plant: no library of mathematics.
private func sine(_ turns: Double) -> Double {
    let x = turns < 0.5 ? turns * 2 : turns * 2 - 1
    let half = 16 * x * (1 - x) / (5 - 4 * x * (1 - x))
    return turns < 0.5 ? half : -half
}

extension SimulatedSite {
    /// Runs some days; `incidents` change what the factors show.
    func run(days: Double, _ incidents: [Incident] = []) -> SeenAlarms {
        var machine = ReplayMachine(configuration, zone: .china, startingAt: midnight)
        var seen = SeenAlarms()
        var open = incidents.flatMap(\.departures).sorted { $0.time.lowerBound < $1.time.lowerBound }[...]
        var present: [SiteDeparture] = []
        var mark = PlantMark.running
        for second in stride(from: 0, to: Int(days * 86_400), by: poll) {
            let at = midnight + .seconds(second)
            while let next = open.first, next.time.lowerBound <= second {
                present.append(next)
                open.removeFirst()
            }
            present.removeAll { $0.time.upperBound <= second }
            if self.mark(at: second) != mark {
                mark = self.mark(at: second)
                for outlet in configuration.outlets.indices where configuration.outlets[outlet].plantMark != nil {
                    seen.take(machine.take(OutletSample(at: at, outlet: outlet, content: .mark(mark))))
                }
            }
            for factor in factors {
                var reading = reading(factor, at: second)
                for departure in present where departure.concerns(factor) {
                    reading = departure.change(reading, factor).map { reading in
                        Reading(value: reading.value.map { rounded($0, factor) }, flag: reading.flag)
                    }
                }
                guard let reading else { continue }
                seen.take(
                    machine.take(
                        OutletSample(
                            at: at, outlet: factor.outlet, content: .reading(reading, factor: factor.index))))
            }
        }
        seen.take(machine.finish())
        return seen
    }
}
