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
        #expect(bus.machine.statistics[0].lastFailure?.fault == .timeout)
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
            return isFirst ? (.failed(.badReply(.unit(9))), .milliseconds(30)) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .milliseconds(1_900))
        #expect(bus.asked[1].at - bus.asked[0].at >= .seconds(1))
        #expect(bus.closes.isEmpty)
        #expect(bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
    }

    @Test(
        "on TCP a timeout or a foreign answer is followed by a fresh connection",
        arguments: [BusFault.timeout, .badReply(.transaction)])
    func freshConnection(failure: BusFault) {
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

    /// Answers the first `count` requests of each poll with an exception.
    private static func busy(_ count: Int, code: UInt8 = 6) -> SimulatedBus.Behaviour {
        var asked = 0
        var second = Int64.min
        return { request, now in
            let present = (now - SimulatedBus.start).wholeNanoseconds / 1_000_000_000
            if present != second { (second, asked) = (present, 0) }
            asked += 1
            return asked <= count
                ? (.failed(.exception(code: code)), .milliseconds(5)) : SimulatedBus.answering()(request, now)
        }
    }

    @Test("a device that is busy or needs time is asked again within the poll", arguments: [5, 6] as [UInt8], 1...3)
    func busy(code: UInt8, times: Int) {
        var bus = SimulatedBus(.sample(.network), devices: [Self.busy(times, code: code)])
        bus.run(for: .seconds(10))
        #expect(bus.asked.count == 10 * (times + 1))
        #expect(bus.brought.count == 10 && bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
        #expect(bus.machine.statistics[0].failedPolls == 0 && bus.machine.statistics[0].trouble == nil)
        #expect(bus.machine.statistics[0].failures == FailureCounts())
        let pauses = zip(bus.asked, bus.asked.dropFirst()).prefix(times).map { ($1.at - $0.at).wholeMilliseconds }
        #expect(pauses == [55, 105, 205].prefix(times).map { $0 })
    }

    @Test("R19 a device that stays busy is asked four times a poll and its neighbours keep their pace")
    func alwaysBusy() {
        var bus = SimulatedBus(.sample(devices: 3, registers: 1))
        bus.devices[0] = { _, _ in (.failed(.exception(code: 6)), .milliseconds(20)) }
        bus.run(for: .seconds(600))
        let polls = bus.results(of: 0).count
        #expect(polls >= 599)
        #expect(bus.results(of: 0).allSatisfy { $0.result.commonFailure == .exception(code: 6) })
        let asked = bus.asked.filter { $0.device == 0 }.count
        // The rest after a poll of refusals keeps it to a twentieth of the line.
        #expect(asked > 600 && asked <= 4 * polls && asked * 20 < 600_000 / 20 + 1_000, "\(asked)")
        for device in 1...2 {
            #expect(bus.results(of: device).count == 600)
            #expect(bus.results(of: device).allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
        }
    }

    @Test("while a busy device is left alone its neighbours are asked")
    func busyNeighbours() {
        var bus = SimulatedBus(.sample(.network, devices: 2))
        bus.devices[0] = Self.busy(1)
        bus.run(for: .milliseconds(500))
        #expect(bus.asked.map(\.device) == [0, 1, 0])
    }

    @Test("a busy device is not asked again when its next slot is due before")
    func busyInHaste() {
        var bus = SimulatedBus(.sample(.network, poll: .milliseconds(60)))
        bus.devices[0] = { _, _ in (.failed(.exception(code: 6)), .milliseconds(15)) }
        bus.run(for: .seconds(6))
        #expect(bus.asked.count == 100)
        #expect(bus.machine.statistics[0].missedSlots == 0)
    }

    @Test("of a poll in which one request stays busy the others are asked as always, and no longer begged")
    func oneBusyRequest() {
        var configuration = BusConfiguration.sample(.network, registers: 0)
        configuration.devices[0].registers = [.word("a", at: 0), .word("b", at: 100), .word("c", at: 200)]
        var bus = SimulatedBus(configuration)
        bus.devices[0] = { request, now in
            request.address == 200
                ? SimulatedBus.answering()(request, now) : (.failed(.exception(code: 6)), .milliseconds(5))
        }
        bus.run(for: .milliseconds(900))
        #expect(bus.asked.map(\.request.address) == [0, 0, 0, 0, 100, 200])
        #expect(bus.brought.first?.result.readings.map(\.value) == [nil, nil, 200])
    }

    @Test("D1 a failure is told with unit, registers, function and what to do, on a line with its name")
    func reasons() {
        func reason(_ transport: BusTransport, _ fault: BusFault) -> BilingualText? {
            var bus = SimulatedBus(
                .sample(transport, registers: 1), devices: [{ _, _ in (.failed(fault), .milliseconds(5)) }])
            bus.run(for: .seconds(3))
            return bus.brought.last?.result.failures.first?.reason
        }
        #expect(
            reason(.network, .exception(code: 4))?.en.hasPrefix(
                "unit 1, holding 0, function 3: exception 4, device failure; ") == true)
        #expect(reason(.network, .exception(code: 4))?.zh.hasPrefix("站号 1，holding 0，功能码 3：异常码 4，设备故障；") == true)
        #expect(reason(.network, .line(.lost))?.en.hasPrefix("10.0.0.5:502: connection lost; ") == true)

        var bus = SimulatedBus(.sample(devices: 2))
        bus.canConnect = { _ in false }
        bus.run(for: .seconds(3))
        for brought in bus.brought {
            #expect(brought.result.failures.map(\.registers) == [[0, 1, 2, 3]])
            #expect(brought.result.failures.first?.reason.en.hasPrefix("/dev/ttyS1: connection refused; ") == true)
        }
        #expect(bus.machine.statistics[1].troubleText?.hasPrefix("/dev/ttyS1: connection refused; ") == true)
    }

    @Test("a device that refuses everything is not good, and what it refuses is told while it does")
    func refusals() {
        let healed = SimulatedBus.start + .seconds(20)
        var bus = SimulatedBus(.sample(.network))
        bus.devices[0] = { request, now in
            now < healed ? SimulatedBus.lacking(Set(0...9))(request, now) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .seconds(10))
        let statistics = bus.machine.statistics[0]
        #expect(statistics.failedPolls == statistics.polls && statistics.consecutiveFailures == 10)
        #expect(
            statistics.troubleText?.hasPrefix(
                "unit 1, holding 0, function 3: exception 2, illegal data address; ") == true)
        #expect(statistics.troubleText?.hasSuffix(" (and 3 more requests)") == true)
        bus.run(for: .seconds(30))
        #expect(bus.machine.statistics[0].troubleText == nil)
        #expect(bus.machine.statistics[0].lastFailure?.fault == .exception(code: 2))
        #expect(bus.machine.statistics[0].consecutiveFailures == 0)
    }

    @Test("of a device that refuses one register the poll is good, and the register is named")
    func oneRefusal() throws {
        var bus = SimulatedBus(.sample(.network, registers: 3), devices: [SimulatedBus.lacking([1])])
        bus.run(for: .seconds(5))
        let statistics = bus.machine.statistics[0]
        #expect(statistics.failedPolls == 0)
        #expect(statistics.troubleText?.hasPrefix("unit 1, holding 1, function 3: exception 2") == true)
        let result = try #require(bus.brought.last?.result)
        #expect(result.failure(of: 1)?.fault == .exception(code: 2))
        #expect(result.failure(of: 0) == nil && result.failure(of: 2) == nil)
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
            BusFault.timeout, .echoOnly, .line(.lost), .badReply(.checksum), .exception(code: 1), .exception(code: 4),
            .exception(code: 6), .exception(code: 11), .exception(code: 255),
        ])
    func everyFailure(failure: BusFault) {
        for transport in [BusTransport.serial(SerialSettings(path: "/dev/ttyS1")), .network] {
            let end = SimulatedBus.start + .seconds(10)
            var bus = SimulatedBus(.sample(transport, devices: 2))
            bus.devices[0] = { request, now in
                now < end ? (.failed(failure), .milliseconds(5)) : SimulatedBus.answering()(request, now)
            }
            bus.run(for: .seconds(10))
            let statistics = bus.machine.statistics[0]
            #expect(statistics.failedPolls == statistics.polls && statistics.consecutiveFailures == statistics.polls)
            #expect(statistics.lastFailure?.fault == failure && statistics.trouble?.fault == failure)
            #expect(bus.results(of: 0).count >= 9)
            #expect(bus.results(of: 0).allSatisfy { $0.result.commonFailure != nil })
            bus.run(for: .seconds(120))
            bus.forget()
            bus.run(for: .seconds(10))
            #expect(bus.results(of: 0).count { $0.result.commonFailure == nil } == 10)
            #expect(bus.machine.statistics[0].trouble == nil)
            #expect(bus.results(of: 1).count { $0.result.commonFailure == nil } == 10)
        }
    }
}
