import Protocol
import Telemetry
import Testing

@testable import GatewayCore

@Suite("BusMachine: the line")
struct BusMachineLineTests {
    @Test("while the line cannot be opened every slot yields B, and attempts follow a back-off of at most 5 s")
    func cannotConnect() {
        var bus = SimulatedBus(.sample(.network, devices: 3))
        bus.canConnect = { _ in false }
        bus.run(for: .seconds(120))
        for device in 0..<3 {
            #expect(bus.results(of: device).count == 120)
            #expect(bus.results(of: device).allSatisfy { $0.result.commonFailure == .notConnected })
        }
        #expect(bus.asked.isEmpty)
        let pauses = zip(bus.connectAttempts, bus.connectAttempts.dropFirst()).map { $1 - $0 }
        #expect(pauses.allSatisfy { $0 <= .milliseconds(5_001) && $0 >= .milliseconds(180) })
        #expect(pauses.suffix(10).allSatisfy { $0 >= .milliseconds(3_750) })
        #expect(bus.machine.connectFailures == UInt64(bus.connectAttempts.count))
        #expect(!bus.machine.isConnected)
        #expect(bus.machine.statistics[0].failures.notConnected == 120)
    }

    @Test("attempts of two gateways are scattered")
    func jitter() {
        func attempts(seed: UInt64) -> [Uptime] {
            var bus = SimulatedBus(.sample(.network), seed: seed)
            bus.canConnect = { _ in false }
            bus.run(for: .seconds(60))
            return bus.connectAttempts
        }
        #expect(Set(attempts(seed: 1)).intersection(attempts(seed: 2)).count <= 1)
    }

    @Test("when the line comes back, every device is polled within one slot, even one that never answered before")
    func comesBack() {
        let back = SimulatedBus.start + .seconds(600)
        var bus = SimulatedBus(.sample(.network, devices: 3))
        bus.canConnect = { $0 >= back }
        bus.run(for: .seconds(606))
        bus.forget()
        bus.run(for: .seconds(10))
        for device in 0..<3 {
            #expect(bus.results(of: device).count { $0.result.readings.allSatisfy(\.isGood) } == 10)
        }
    }

    @Test("a device that hung up while idle is asked again over a new connection, and no reading is lost")
    func hangUpWhenIdle() {
        var bus = SimulatedBus(.sample(.network, poll: .seconds(30)))
        var isLost = false
        bus.devices[0] = { request, now in
            isLost.toggle()
            return isLost ? (.failed(.notConnected), .zero) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .seconds(600))
        #expect(bus.brought.count == 20)
        #expect(bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
        #expect(bus.connectAttempts.count == 21)
    }

    @Test("a peer that accepts and hangs up at once is not hammered, and every slot yields B")
    func acceptsAndHangsUp() {
        var bus = SimulatedBus(.sample(.network, poll: .milliseconds(100)))
        bus.devices[0] = { _, _ in (.failed(.notConnected), .milliseconds(1)) }
        bus.run(for: .seconds(120))
        #expect(bus.connectAttempts.count < 45)
        #expect(bus.brought.count + Int(bus.machine.statistics[0].missedSlots) == 1_200)
        #expect(bus.brought.allSatisfy { $0.result.commonFailure == .notConnected })
    }

    @Test("R17 a port pulled out in the middle of a poll: what was read stays, the rest is B, and it heals alone")
    func unplugged() {
        var configuration = BusConfiguration.sample(registers: 1)
        configuration.devices[0].registers.append(.word("far", at: 500))
        let out = SimulatedBus.start + .milliseconds(10_010)
        let back = SimulatedBus.start + .seconds(20)
        var bus = SimulatedBus(configuration)
        bus.canConnect = { $0 < out || $0 >= back }
        bus.devices[0] = { request, now in
            now >= out && now < back
                ? (.failed(.notConnected), .zero) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .seconds(40))
        let atUnplug = bus.brought[10].result.readings
        #expect(atUnplug == [Reading(value: 0), .failed(.notConnected)])
        #expect(bus.brought[11...19].allSatisfy { $0.result.commonFailure == .notConnected })
        #expect(bus.brought.suffix(14).allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
        #expect(bus.brought.count == 40)
    }

    @Test("R20 a line opened and closed a hundred times brings data each time")
    func reopened() {
        var bus = SimulatedBus(.sample(.network))
        for _ in 0..<100 {
            bus.canConnect = { _ in true }
            bus.devices[0] = SimulatedBus.answering()
            bus.forget()
            bus.run(for: .seconds(10))
            #expect(bus.brought.contains { $0.result.readings.allSatisfy(\.isGood) })
            bus.canConnect = { _ in false }
            bus.devices[0] = { _, _ in (.failed(.notConnected), .zero) }
            bus.run(for: .seconds(10))
            #expect(bus.brought.contains { $0.result.commonFailure == .notConnected })
        }
    }

    @Test(
        "R16 without keep_connection the line is open during polls only, so that another master gets in",
        arguments: [1, 3])
    func released(devices: Int) {
        var configuration = BusConfiguration.sample(.network, devices: devices)
        configuration.keepsConnection = false
        var bus = SimulatedBus(configuration)
        bus.run(for: .seconds(10))
        #expect(bus.connectAttempts.count == 10)
        #expect(bus.closes.count == 10)
        for (opened, closed) in zip(bus.connectAttempts, bus.closes) {
            #expect(closed > opened && closed - opened < .milliseconds(100))
        }
        #expect(bus.brought.count == 10 * devices)
        #expect(bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
    }

    @Test("R16 a slot that somebody else holds costs the polls meanwhile, and is tried again")
    func slotTaken() {
        var configuration = BusConfiguration.sample(.network)
        configuration.keepsConnection = false
        let (taken, free) = (SimulatedBus.start + .seconds(5), SimulatedBus.start + .seconds(20))
        var bus = SimulatedBus(configuration)
        bus.canConnect = { $0 < taken || $0 >= free }
        bus.run(for: .seconds(40))
        #expect(bus.brought.filter { $0.at < taken }.allSatisfy { $0.result.commonFailure == nil })
        let refused = bus.brought.filter { $0.at >= taken && $0.at < free }
        #expect(refused.count >= 13)
        #expect(refused.allSatisfy { $0.result.commonFailure == .notConnected })
        #expect(bus.brought.filter { $0.at >= free + .seconds(6) }.allSatisfy { $0.result.commonFailure == nil })
    }

    @Test("R16 a dead device does not keep the slot, and a quiet time is waited for without it")
    func deadDevice() {
        var configuration = BusConfiguration.sample(.network, devices: 2)
        configuration.keepsConnection = false
        var bus = SimulatedBus(configuration, devices: [SimulatedBus.silent(), SimulatedBus.answering()])
        bus.run(for: .seconds(120))
        #expect(bus.results(of: 1).count { $0.result.commonFailure == nil } >= 108)
        #expect(bus.connectAttempts.count <= 2 * 120)
        var open = Duration.zero
        for (opened, closed) in zip(bus.connectAttempts, bus.closes) { open += closed - opened }
        #expect(open < .seconds(30), "\(open)")
    }
}
