import Protocol
import Telemetry
import Testing

@testable import GatewayCore

@Suite("BusMachine: failures")
struct BusMachineFailureTests {
    @Test("a request without an answer is repeated as configured, after a quiet time", arguments: 0...3)
    func retries(retries: Int) {
        var bus = SimulatedBus(.sample(retries: retries), devices: [SimulatedBus.silent()])
        bus.run(for: .milliseconds(1 + 2_000 * retries + 1_001))
        #expect(bus.asked.count == 1 + retries)
        for (earlier, later) in zip(bus.asked, bus.asked.dropFirst()) {
            // One time limit until it is given up, one more for the late answer.
            #expect(later.at - earlier.at >= .seconds(2))
        }
        #expect(bus.brought.map(\.result.commonFailure) == [.timeout])
    }

    @Test("an answer to the repeat is good")
    func repeatAnswered() {
        var bus = SimulatedBus(.sample(poll: .seconds(5)))
        var count = 0
        bus.devices[0] = { request, now in
            count += 1
            return count % 2 == 1 ? (.failed(.timeout), .seconds(1)) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .seconds(60))
        #expect(bus.brought.count == 12)
        #expect(bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
        #expect(bus.machine.statistics[0].failures.timeouts == 12)
    }

    @Test("a device that does not answer is asked ever more rarely, and every slot still yields B with the reason")
    func backOff() {
        var bus = SimulatedBus(.sample(retries: 0), devices: [SimulatedBus.silent(.milliseconds(100))])
        bus.run(for: .seconds(300))
        #expect(bus.brought.count == 300)
        #expect(bus.brought.allSatisfy { $0.result.commonFailure == .timeout && $0.result.readings.count == 4 })
        let pauses = zip(bus.asked, bus.asked.dropFirst()).map { ($1.at - $0.at).inSeconds.rounded() }
        #expect(pauses.prefix(6) == [1, 2, 3, 5, 9, 17])
        #expect(pauses.dropFirst(6).allSatisfy { (30...31).contains($0) })
        #expect(bus.machine.statistics[0].consecutiveFailures == 300)
        #expect(bus.machine.restsUntil(device: 0, at: bus.now) != nil)
    }

    @Test("one answer ends the rest, and the device is polled in every slot again")
    func heals() {
        let back = SimulatedBus.start + .seconds(300)
        var bus = SimulatedBus(.sample())
        bus.devices[0] = { request, now in
            now < back ? (.failed(.timeout), .seconds(1)) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .seconds(331))
        #expect(bus.machine.restsUntil(device: 0, at: bus.now) == nil)
        bus.forget()
        bus.run(for: .seconds(60))
        #expect(bus.asked.count == 60)
        #expect(bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
        #expect(bus.machine.statistics[0].consecutiveFailures == 0)
        #expect(bus.machine.statistics[0].lastError == .timeout)
    }

    @Test(
        "R11 one of eight units dead: the others keep their period within 10 %, it is asked rarely and heals alone",
        arguments: [
            BusTransport.serial(SerialSettings(path: "/dev/ttyS1")), .tcp(host: "h", port: 502),
            .rtuOverTCP(host: "h", port: 502),
        ])
    func deadUnit(transport: BusTransport) {
        let death = SimulatedBus.start + .seconds(60)
        let back = SimulatedBus.start + .seconds(660)
        var bus = SimulatedBus(.sample(transport, devices: 8))
        for index in 0..<8 { bus.devices[index] = SimulatedBus.answering(in: .milliseconds(60)) }
        bus.devices[3] = { request, now in
            now >= death && now < back
                ? (.failed(.timeout), .seconds(1)) : SimulatedBus.answering(in: .milliseconds(60))(request, now)
        }
        bus.run(for: .seconds(60))
        #expect(bus.asked.count == 480)
        bus.forget()

        bus.run(for: .seconds(60))
        let probes = bus.asked.count { $0.device == 3 }
        #expect((2...5).contains(probes), "\(probes)")
        for device in 0..<8 where device != 3 {
            let good = bus.results(of: device).count { $0.result.readings.allSatisfy(\.isGood) }
            #expect(good >= 54, "device \(device) in the minute after the death: \(good)")
        }
        #expect(bus.results(of: 3).count >= 54)
        #expect(bus.results(of: 3).allSatisfy { $0.result.commonFailure == .timeout })

        bus.forget()
        bus.run(for: .seconds(540))
        for device in 0..<8 where device != 3 {
            #expect(bus.results(of: device).count >= 513, "device \(device) later")
        }

        bus.run(for: .seconds(60))
        bus.forget()
        bus.run(for: .seconds(60))
        for device in 0..<8 { #expect(bus.results(of: device).count { $0.result.commonFailure == nil } == 60) }
    }

    @Test("after a timeout its unit is left alone for one more time limit, under any of its names; others go on")
    func quietUnit() {
        var configuration = BusConfiguration.sample(devices: 3, retries: 0)
        configuration.devices[1].unit = configuration.devices[0].unit
        var bus = SimulatedBus(configuration)
        bus.devices[0] = { request, now in
            now - SimulatedBus.start < .milliseconds(500)
                ? (.failed(.timeout), .seconds(1)) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .seconds(3))
        let failedAt = SimulatedBus.start + .milliseconds(1_001)
        #expect(bus.asked[1].device == 2)
        #expect(bus.asked[1].at - failedAt < .milliseconds(10))
        #expect(bus.asked.dropFirst().first { $0.device != 2 }.map { $0.at >= failedAt + .seconds(1) } == true)
    }

    @Test("on a shared line nobody speaks after a foreign answer until the right one had its time")
    func foreignAnswer() {
        var bus = SimulatedBus(.sample(devices: 2, retries: 1))
        var isFirst = true
        bus.devices[0] = { request, now in
            defer { isFirst = false }
            return isFirst ? (.failed(.badReply), .milliseconds(30)) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .milliseconds(1_900))
        #expect(bus.asked[1].at - bus.asked[0].at >= .seconds(1))
        #expect(bus.closes.isEmpty)
        #expect(bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
    }

    @Test(
        "on TCP a timeout or a foreign answer is followed by a fresh connection",
        arguments: [ReadFailure.timeout, .badReply])
    func freshConnection(failure: ReadFailure) {
        for transport in [BusTransport.network, .rtuOverTCP(host: "h", port: 1)] {
            var bus = SimulatedBus(.sample(transport, devices: 2, retries: 0))
            bus.devices[0] = { _, _ in (.failed(failure), .milliseconds(100)) }
            bus.run(for: .milliseconds(1_500))
            let failed = SimulatedBus.start + .milliseconds(101)
            #expect(bus.closes.first == failed)
            #expect(bus.connectAttempts.prefix(2).last == failed)
            #expect(bus.asked.first { $0.device == 1 }.map { $0.at > failed } == true)
        }
    }

    @Test("exceptions are answers: no repeat, no new connection, no rest")
    func exceptions() {
        var bus = SimulatedBus(
            .sample(.network, registers: 1), devices: [{ _, _ in (.failed(.exception(code: 4)), .milliseconds(5)) }])
        bus.run(for: .seconds(60))
        #expect(bus.asked.count == 60)
        #expect(bus.closes.isEmpty)
        #expect(bus.brought.allSatisfy { $0.result.commonFailure == .exception(code: 4) })
    }

    @Test(
        "a Modbus gateway that says its unit does not answer is believed: the unit rests",
        arguments: [10, 11] as [UInt8])
    func gatewayTarget(code: UInt8) {
        var bus = SimulatedBus(.sample(.network, devices: 2))
        bus.devices[0] = { _, _ in (.failed(.exception(code: code)), .milliseconds(500)) }
        bus.run(for: .seconds(120))
        #expect(bus.asked.count { $0.device == 0 } < 12)
        #expect(bus.closes.isEmpty)
        #expect(bus.results(of: 0).allSatisfy { $0.result.commonFailure == .exception(code: code) })
        #expect(bus.results(of: 1).count >= 114)
    }

    @Test(
        "R19 whatever a request ends with, it is counted and shown, and the next poll comes",
        arguments: [
            ReadFailure.timeout, .notConnected, .badReply, .exception(code: 1), .exception(code: 4),
            .exception(code: 11),
            .exception(code: 255), .noData, .notANumber,
        ])
    func everyFailure(failure: ReadFailure) {
        for transport in [BusTransport.serial(SerialSettings(path: "/dev/ttyS1")), .network] {
            let end = SimulatedBus.start + .seconds(10)
            var bus = SimulatedBus(.sample(transport, devices: 2))
            bus.devices[0] = { request, now in
                now < end ? (.failed(failure), .milliseconds(5)) : SimulatedBus.answering()(request, now)
            }
            bus.run(for: .seconds(10))
            #expect(bus.machine.statistics[0].failedPolls > 0 || bus.machine.statistics[0].consecutiveFailures == 0)
            #expect(bus.machine.statistics[0].lastError != nil)
            #expect(bus.results(of: 0).count >= 9)
            #expect(bus.results(of: 0).allSatisfy { $0.result.commonFailure != nil })
            bus.run(for: .seconds(120))
            bus.forget()
            bus.run(for: .seconds(10))
            #expect(bus.results(of: 0).count { $0.result.commonFailure == nil } == 10)
            #expect(bus.results(of: 1).count { $0.result.commonFailure == nil } == 10)
        }
    }
}
