import Telemetry
import TestSupport
import Testing

@testable import PlantSimulator

@Suite struct SignalTests {
    private static let so2 = Signal(
        "so2", seed: 7, mean: 22, swing: 3, excursion: .init(window: 0.2...0.45, height: 24))

    @Test("The same seed and name give the same values; another seed or name gives others")
    func isDeterministic() {
        let moments = (0..<500).map { PlantMoment(seconds: Double($0) * 1.7, phase: 2) }
        func values(_ name: String, _ seed: UInt64) -> [Double] {
            let signal = Signal(name, seed: seed, mean: 10, swing: 2)
            return moments.map { signal.value(at: $0) }
        }
        #expect(values("nox", 1) == values("nox", 1))
        #expect(values("nox", 1) != values("nox", 2))
        #expect(values("nox", 1) != values("so2", 1))
        // Written down once: a plant of an older version shows the same values.
        let first = Signal("so2", seed: 1, mean: 22, swing: 3).value(at: PlantMoment(seconds: 10, phase: 0))
        #expect(abs(first - 22) < 3.2)
    }

    @Test("Values stay around the mean, move, and move slowly")
    func wandersSlowly() {
        let generator = SeededGenerator()
        let signal = Signal("any", seed: generator.seed, mean: 50, swing: 10)
        let values = (0..<7_200).map { signal.value(at: PlantMoment(seconds: Double($0), phase: 2)) }
        #expect(values.allSatisfy { abs($0 - 50) <= 10.5 }, "\(generator)")
        let mean = values.reduce(0, +) / Double(values.count)
        #expect(abs(mean - 50) < 1, "\(generator)")
        let spread = (values.max() ?? 0) - (values.min() ?? 0)
        #expect(spread > 8, "\(generator)")
        let steps = zip(values, values.dropFirst()).map { abs($0 - $1) }
        #expect((steps.max() ?? 0) < 4, "\(generator)")
        #expect(
            steps.filter { $0 == 0 }.count < 10,
            "a value that does not move looks like a broken instrument, \(generator)")
    }

    @Test(
        "An excursion lifts the values inside its window and nowhere else",
        arguments: [
            (0.0, 22.0), (0.15, 22), (0.25, 46), (0.4, 46), (0.5, 22), (0.99, 22), (5, 22),
        ])
    func makesExcursions(phase: Double, centre: Double) {
        for second in stride(from: 0.0, to: 600, by: 3.1) {
            let value = Self.so2.value(at: PlantMoment(seconds: second, phase: phase))
            #expect(abs(value - centre) < 3.2)
        }
    }

    @Test("A total is the sum of its flow and never falls")
    func sumsUp() {
        let flow = Signal("flow", seed: 3, mean: 42, swing: 6)
        var sum = 0.0
        var last = flow.total(at: PlantMoment(seconds: 0, phase: 0))
        #expect(last == 0)
        let step = 0.1
        for number in 1...6_000 {
            let seconds = Double(number) * step
            sum += flow.value(at: PlantMoment(seconds: seconds - step / 2, phase: 0)) * step
            let total = flow.total(at: PlantMoment(seconds: seconds, phase: 0))
            #expect(total > last)
            last = total
        }
        // The noise of the flow is not in the total.
        #expect(abs(sum - last) < 0.002 * last)
    }

    @Test("Absurd times give numbers", arguments: [-1e300, -1, 1e9, 1e300])
    func survivesAbsurdTimes(seconds: Double) {
        #expect(Self.so2.value(at: PlantMoment(seconds: seconds, phase: seconds)).isFinite)
    }
}

@Suite struct PlantScriptTests {
    @Test("The script fits any length", arguments: [30, 60, 600, 86_400])
    func scales(seconds: Int) {
        let script = PlantScript(seconds: seconds)
        #expect(!script.repeats)
        #expect(script.moment(after: .zero).phase == 0)
        #expect(abs(script.moment(after: .seconds(seconds) / 4).phase - 0.25) < 1e-9)
        #expect(script.moment(after: .seconds(seconds)).phase == 1)
        #expect(script.moment(after: .seconds(3 * seconds)).phase == 3)
        #expect(script.time(of: 0.5) == .seconds(seconds) / 2)
    }

    @Test("A script shorter than half a minute is stretched to it")
    func hasLeastLength() {
        #expect(PlantScript(seconds: 1).length == .seconds(30))
    }

    @Test("Zero seconds: a minute that repeats")
    func repeats() {
        let script = PlantScript(seconds: 0)
        #expect(script.repeats)
        #expect(abs(script.moment(after: .seconds(75)).phase - 0.25) < 1e-9)
        #expect(script.moment(after: .seconds(75)).seconds == 75)
    }
}

@Suite struct FixedPointTests {
    @Test(
        "Numbers are written with a fixed number of digits",
        arguments: [
            (4.2, 2, "4.20"), (0.004, 2, "0.00"), (0.005, 2, "0.01"), (-0.05, 1, "-0.1"), (12, 0, "12"),
            (-7.5, 0, "-8"), (0.07, 2, "0.07"),
            (1_234.5678, 3, "1234.568"), (.nan, 2, "0"), (.infinity, 2, "0"), (1e300, 2, "0"), (-0.001, 2, "0.00"),
        ])
    func writes(value: Double, decimals: Int, text: String) {
        #expect(fixedPoint(value, decimals: decimals) == text)
    }
}

@Suite struct DemoPlantTests {
    /// What a technician would accept without a second look.
    private static let plausible: [String: ClosedRange<Double>] = [
        "so2": 15...52, "nox": 30...46, "o2": 5.5...7, "state": 0...0, "boiler": 1...1, "velocity": 10.5...13,
        "temperature": 48...56,
        "pressure": -0.2...(-0.05), "humidity": 10...13, "flow": 34...50, "total": 184_302...184_900, "a34013": 3...5.5,
        "w01018": 26...36, "w21003": 1.2...2.4, "w01001": 7...7.6,
    ]

    @Test("Every instrument shows plausible values for hours", arguments: [UInt64(1), 2, 99])
    func isPlausible(seed: UInt64) throws {
        let plant = PlantDescription.demo(seconds: 60, seed: seed)
        let shown =
            plant.devices.flatMap(\.registers).map { ($0.name, $0.quantity) }
            + plant.monitors.flatMap(\.factors).map { ($0.code, $0.quantity) }
        #expect(Set(shown.map(\.0)) == Set(Self.plausible.keys))
        for (name, quantity) in shown {
            let range = try #require(Self.plausible[name])
            for second in stride(from: 0.0, to: 7_200, by: 7) {
                let value = quantity.value(at: plant.script.moment(after: .seconds(second)))
                #expect(range.contains(value), "\(name) at \(second) s")
            }
        }
    }

    @Test(
        "SO2 is over its limit in its window and below it before and after, at every length", arguments: [30, 60, 300])
    func climbsOverLimit(seconds: Int) throws {
        let plant = PlantDescription.demo(seconds: seconds)
        let so2 = try #require(plant.devices.flatMap(\.registers).first { $0.name == "so2" })
        for phase in stride(from: 0.0, to: 2, by: 0.005) {
            let value = so2.quantity.value(at: plant.script.moment(after: plant.script.time(of: phase)))
            if (0.23...0.42).contains(phase) { #expect(value > 35, "phase \(phase)") }
            if phase < 0.17 || phase > 0.48 { #expect(value < 28, "below the pre-warning, phase \(phase)") }
        }
    }

    @Test(
        "The gap that is an alarm fits the script, and three samples fit into the gap",
        arguments: [
            (30, 2.0), (60, 3), (300, 15), (3_600, 180),
        ])
    func scalesTiming(seconds: Int, gap: Double) throws {
        let plant = PlantDescription.demo(seconds: seconds)
        #expect(plant.instrumentGap == .seconds(gap))
        #expect(plant.poll * 3 <= plant.instrumentGap + .milliseconds(1))
        #expect(plant.monitors.allSatisfy { $0.interval * 3 <= plant.instrumentGap + .milliseconds(1) })
        #expect(plant.instrumentGap < plant.script.length / 10)
    }

    @Test("Names are unique, and the events are in order")
    func isConsistent() {
        let plant = PlantDescription.demo()
        let ids = plant.devices.map(\.id) + plant.monitors.map(\.id)
        #expect(Set(ids).count == 5)
        #expect(plant.events.map(\.phase) == plant.events.map(\.phase).sorted())
    }
}
