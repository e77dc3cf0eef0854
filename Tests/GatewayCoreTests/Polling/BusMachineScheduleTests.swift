import Protocol
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite("BusMachine: schedule")
struct BusMachineScheduleTests {
    @Test("10,000 polls start on the grid, whatever each takes")
    func noDrift() {
        var generator = SeededGenerator()
        var bus = SimulatedBus(.sample(poll: .milliseconds(100)))
        let times = (0..<10_001).map { _ in Duration.microseconds(Int.random(in: 1_000...90_000, using: &generator)) }
        var index = 0
        bus.devices[0] = { request, now in
            index += 1
            return SimulatedBus.answering(in: times[index % times.count])(request, now)
        }
        bus.run(for: .seconds(1_000))
        #expect(bus.asked.count == 10_000, "\(generator)")
        for (slot, asked) in bus.asked.enumerated().dropFirst() {
            #expect(asked.at == SimulatedBus.start + .milliseconds(100) * slot, "\(generator)")
        }
        #expect(bus.machine.statistics[0].missedSlots == 0)
        #expect(bus.machine.statistics[0].polls == 10_000)
    }

    @Test("each device keeps its own interval")
    func intervals() {
        var configuration = BusConfiguration.sample(devices: 3)
        for (index, poll) in [Duration.milliseconds(200), .seconds(1), .seconds(5)].enumerated() {
            configuration.devices[index].poll = poll
        }
        var bus = SimulatedBus(configuration)
        bus.run(for: .seconds(60))
        #expect((0..<3).map { bus.results(of: $0).count } == [300, 60, 12])
    }

    @Test("slots that pass while the bus is busy are counted and skipped, not bunched")
    func missedSlots() {
        var bus = SimulatedBus(
            .sample(poll: .milliseconds(100)), devices: [SimulatedBus.answering(in: .milliseconds(250))])
        bus.run(for: .seconds(30))
        let statistics = bus.machine.statistics[0]
        #expect(statistics.polls + statistics.missedSlots >= 299)
        #expect(statistics.polls + statistics.missedSlots <= 301)
        for (earlier, later) in zip(bus.asked, bus.asked.dropFirst()) {
            #expect(later.at - earlier.at >= .milliseconds(250))
        }
    }

    @Test("on a bus that cannot keep up everybody gets the same number of polls")
    func fairness() throws {
        var configuration = BusConfiguration.sample(devices: 6, poll: .milliseconds(100))
        configuration.devices[5].poll = .milliseconds(10)
        var bus = SimulatedBus(configuration)
        bus.run(for: .seconds(60))
        let counts = (0..<6).map { bus.results(of: $0).count }
        let least = try #require(counts.min())
        let most = try #require(counts.max())
        #expect(least > 440 && most - least <= 1, "\(counts)")
    }

    @Test("a slow device does not starve beside a fast one that never rests")
    func noStarvation() {
        var configuration = BusConfiguration.sample(devices: 2, poll: .seconds(10))
        configuration.devices[0].poll = .milliseconds(1)
        var bus = SimulatedBus(configuration)
        bus.run(for: .seconds(100))
        #expect(bus.results(of: 1).count == 10)
        #expect(bus.machine.statistics[1].missedSlots == 0)
    }

    @Test("two requests keep the gap between them: the configured one, and the silence of a serial line")
    func gap() {
        var configured = BusConfiguration.sample(.network, devices: 3)
        configured.requestGap = .milliseconds(40)
        let slowLine = BusConfiguration.sample(.serial(SerialSettings(path: "/dev/ttyS1", baud: 9_600)), devices: 3)
        for (configuration, gap) in [(configured, Duration.milliseconds(40)), (slowLine, .microseconds(4_010))] {
            var bus = SimulatedBus(configuration)
            bus.run(for: .seconds(10))
            #expect(bus.asked.count == 30)
            for (earlier, later) in zip(bus.asked, bus.asked.dropFirst()) {
                #expect(later.at - earlier.at >= .milliseconds(20) + gap)
            }
        }
    }

    @Test(
        "the silence that ends a frame follows the speed",
        arguments: [(1_200, 32_083), (9_600, 4_010), (19_200, 2_005), (38_400, 1_750)])
    func silence(baud: Int, microseconds: Int) {
        #expect(BusTransport.serial(SerialSettings(path: "p", baud: baud)).frameSilence == .microseconds(microseconds))
    }

    @Test("a device without registers reports empty polls, a bus without devices waits")
    func nothingToDo() {
        var empty = SimulatedBus(.sample(registers: 0))
        empty.run(for: .milliseconds(3_500))
        #expect(empty.brought.map(\.result.readings.count) == [0, 0, 0, 0])
        #expect(empty.asked.isEmpty)

        var machine = BusMachine(.sample(devices: 0), start: .zero, seed: 0)
        let step = machine.next(at: .zero, wall: WallInstant(millisecondsSince1970: 0))
        #expect(step == .wait(until: .never))
    }

    @Test("a clock that jumps a day ahead, as after a suspend, costs missed slots and one poll")
    func suspended() {
        var bus = SimulatedBus(.sample())
        bus.run(for: .seconds(2))
        bus.forget()
        bus.now = bus.now + .seconds(86_400)
        bus.run(for: .milliseconds(500))
        #expect(bus.asked.count == 1)
        #expect(bus.machine.statistics[0].missedSlots == 86_400)
    }

    @Test("the same seed and the same world give the same steps")
    func deterministic() {
        func run() -> [Uptime] {
            var bus = SimulatedBus(.sample(.network, devices: 3), seed: 7)
            bus.canConnect = { $0.nanoseconds % 7 == 0 }
            bus.connectTime = .microseconds(13)
            bus.run(for: .seconds(120))
            return bus.connectAttempts
        }
        #expect(run() == run())
    }
}
