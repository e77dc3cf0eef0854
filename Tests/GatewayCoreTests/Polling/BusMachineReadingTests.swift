import Protocol
import Telemetry
import Testing

@testable import GatewayCore

@Suite("BusMachine: readings")
struct BusMachineReadingTests {
    private func device(_ registers: [RegisterConfiguration]) -> BusConfiguration {
        var bus = BusConfiguration.sample()
        bus.devices[0].registers = registers
        return bus
    }

    @Test("readings stand in the order of the configuration, from as few requests as the holes allow")
    func order() {
        let addresses: [UInt16] = [30, 0, 2, 31, 1]
        var bus = SimulatedBus(device(addresses.map { .word("r\($0)", at: $0) }))
        bus.run(for: .milliseconds(500))
        #expect(bus.asked.map(\.request.count) == [3, 2])
        #expect(bus.brought.map { $0.result.readings.map(\.value) } == [[30, 0, 2, 31, 1]])
        #expect(bus.brought.first?.result.readings.allSatisfy(\.isGood) == true)
    }

    @Test("the instant of a poll is that of its last answer")
    func instant() {
        var bus = SimulatedBus(device([.word("a", at: 0), .word("b", at: 100)]))
        bus.run(for: .milliseconds(500))
        // 1 ms to connect, twice 20 ms to answer, and the silence between two frames.
        #expect(bus.brought.first?.result.at.millisecondsSince1970 == 1_700_000_000_042)
    }

    @Test("a state register flags every reading of its device but those that failed")
    func stateFlag() {
        var state = RegisterConfiguration.word("state", at: 3)
        state.flags = [3: .calibration]
        let float = RegisterField(table: .holding, address: 1, type: .bcd16)
        let broken = RegisterConfiguration(name: "broken", field: float)
        var bus = SimulatedBus(device([.word("a", at: 2), broken, state]))
        bus.devices[0] = { request, now in
            (.words((0..<request.count).map { [0, 0xFFFF, 2, 3][Int(request.address) + $0] }), .milliseconds(1))
        }
        bus.run(for: .milliseconds(500))
        #expect(
            bus.brought.first?.result.readings == [
                Reading(value: 2, flag: .calibration), .failed(.notANumber), Reading(value: 3, flag: .calibration),
            ])
    }

    @Test("a state register flags a number that is declared to mean no value: an analyser that calibrates may send it")
    func stateOfNoValue() {
        var state = RegisterConfiguration.word("state", at: 1)
        state.flags = [4: .calibration]
        var so2 = RegisterConfiguration.word("so2", at: 0)
        so2.invalidNumbers = [65_535]
        var bus = SimulatedBus(device([so2, state]))
        bus.devices[0] = { request, _ in
            (.words((0..<request.count).map { [0xFFFF, 4][Int(request.address) + $0] }), .milliseconds(1))
        }
        bus.run(for: .milliseconds(500))
        #expect(
            bus.brought.first?.result.readings.first
                == Reading(value: nil, flag: .calibration, failure: .invalid(number: 65_535)))
    }

    @Test("a long counter brings its digits beside the reading, in the order of the configuration")
    func longCounter() {
        let field = RegisterField(table: .holding, address: 0, type: .uint64)
        var bus = SimulatedBus(device([.word("a", at: 4), RegisterConfiguration(name: "total", field: field)]))
        bus.devices[0] = { request, _ in (.words([0x0020, 0, 0, 1, 7].suffix(request.count)), .milliseconds(1)) }
        bus.run(for: .milliseconds(500))
        #expect(bus.brought.first?.result.digits.mapValues(\.text) == [1: "9007199254740993"])
        #expect(bus.brought.first?.result.readings.map(\.value) == [7, 0x1p53])
    }

    @Test("of two state registers that speak, the first of the file holds, wherever it is asked")
    func twoStates() {
        func state(_ address: UInt16, _ flag: DataFlag) -> RegisterConfiguration {
            var state = RegisterConfiguration.word("s\(address)", at: address)
            state.flags = [Int64(address): flag]
            return state
        }
        for (first, second) in [(UInt16(100), UInt16(0)), (0, 100)] {
            var bus = SimulatedBus(device([state(first, .fault), state(second, .maintenance)]))
            bus.run(for: .milliseconds(500))
            #expect(bus.brought.first?.result.readings.map(\.flag) == [.fault, .fault])
        }
    }

    @Test("a state register flags only the registers it speaks about, itself not among them")
    func stateOfSome() {
        var state = RegisterConfiguration.word("o2-calibrates", at: 3)
        state.flags = [3: .calibration]
        state.flagged = [1]
        var bus = SimulatedBus(device([.word("so2", at: 1), .word("o2", at: 2), state]))
        bus.run(for: .milliseconds(500))
        #expect(bus.brought.first?.result.readings.map(\.flag) == [.normal, .calibration, .normal])
    }

    @Test("of a state of the device and one of some registers, the first of the file holds where both speak")
    func stateOfSomeAndAll() {
        var part = RegisterConfiguration.word("o2-calibrates", at: 1)
        part.flags = [1: .calibration]
        part.flagged = [2, 3]
        var whole = RegisterConfiguration.word("state", at: 2)
        whole.flags = [2: .maintenance]
        let values = [RegisterConfiguration.word("o2", at: 3), .word("co", at: 4)]
        var bus = SimulatedBus(device([part, whole] + values))
        bus.run(for: .milliseconds(500))
        #expect(
            bus.brought.first?.result.readings.map(\.flag) == [.maintenance, .maintenance, .calibration, .calibration])
        bus = SimulatedBus(device([whole, part] + values))
        bus.run(for: .milliseconds(500))
        #expect(bus.brought.first?.result.readings.map(\.flag) == Array(repeating: .maintenance, count: 4))
    }

    @Test(
        "a coil or a discrete input is a state register, set or not",
        arguments: [RegisterTable.coil, .discrete], [UInt16(0), 1])
    func stateBits(table: RegisterTable, bit: UInt16) {
        func state(_ name: String, at address: UInt16, _ flags: [Int64: DataFlag]) -> RegisterConfiguration {
            let field = RegisterField(table: table, address: address, type: .bit)
            return RegisterConfiguration(name: name, field: field, flags: flags)
        }
        var calibrates = state("calibrates", at: 0, [1: .calibration])
        calibrates.flagged = [0]
        // A contact that is closed while all is well.
        let healthy = state("healthy", at: 1, [0: .fault])
        var bus = SimulatedBus(device([.word("a", at: 7), .word("b", at: 8), calibrates, healthy]))
        bus.devices[0] = { request, now in
            let isBits = request.table == table
            return (.words((0..<request.count).map { _ in isBits ? bit : 5 }), .milliseconds(1))
        }
        bus.run(for: .milliseconds(500))
        let readings = bus.brought.first?.result.readings
        #expect(readings?.map(\.value) == [5, 5, Double(bit), Double(bit)])
        #expect(
            readings?.map(\.flag)
                == (bit == 1 ? [.calibration, .normal, .normal, .normal] : Array(repeating: .fault, count: 4)))
    }

    @Test("the flag of one poll does not outlive it")
    func flagEnds() {
        var state = RegisterConfiguration.word("state", at: 0)
        state.flags = [1: .maintenance]
        var bus = SimulatedBus(device([state]))
        var number: UInt16 = 0
        bus.devices[0] = { _, _ in
            number += 1
            return (.words([number]), .milliseconds(1))
        }
        bus.run(for: .milliseconds(1_500))
        #expect(bus.brought.map { $0.result.readings.map(\.flag) } == [[.maintenance], [.normal]])
    }

    @Test(
        "R18 after a refusal the block is split within the same poll, only the bad point is bad, and it is remembered")
    func split() {
        var bus = SimulatedBus(.sample(registers: 32), devices: [SimulatedBus.lacking([13])])
        bus.run(for: .milliseconds(5_500))
        #expect(bus.brought.count == 6)
        for brought in bus.brought {
            for (address, reading) in brought.result.readings.enumerated() {
                #expect(reading == (address == 13 ? .failed(.exception(code: 2)) : Reading(value: Double(address))))
            }
        }
        let perPoll = (0..<6).map { poll in
            bus.asked.count {
                $0.at - SimulatedBus.start >= .seconds(poll) && $0.at - SimulatedBus.start < .seconds(poll + 1)
            }
        }
        #expect(perPoll == [11, 6, 6, 6, 6, 6])
        #expect(bus.machine.statistics[0].failedPolls == 0)

        // The next machine, after the configuration was read again, knows it from the start.
        var later = SimulatedBus(.sample(registers: 32), cuts: bus.machine.cuts, devices: [SimulatedBus.lacking([13])])
        later.run(for: .milliseconds(500))
        #expect(later.asked.count == 6)
    }

    @Test(
        "R18 a device that calls the same thing an illegal value is split too; other refusals are not",
        arguments: [(3, true), (1, false), (4, false)] as [(UInt8, Bool)])
    func otherCodes(code: UInt8, splits: Bool) {
        var bus = SimulatedBus(.sample(registers: 4), devices: [SimulatedBus.lacking([1], code: code)])
        bus.run(for: .milliseconds(500))
        let failed = bus.brought.first?.result.readings.map { $0.failure == .exception(code: code) }
        #expect(failed == (splits ? [false, true, false, false] : [true, true, true, true]))
        #expect(bus.machine.statistics[0].consecutiveFailures == (splits ? 0 : 1))
    }

    @Test("a device that refuses everything for a while is asked as before when it is ready")
    func refusesEverything() {
        let ready = SimulatedBus.start + .seconds(20)
        var bus = SimulatedBus(.sample(registers: 16))
        bus.devices[0] = { request, now in
            now < ready ? (.failed(.exception(code: 2)), .milliseconds(5)) : SimulatedBus.answering()(request, now)
        }
        bus.run(for: .milliseconds(20_500))
        bus.forget()
        bus.run(for: .seconds(10))
        #expect(bus.asked.count == 10)
        #expect(bus.brought.allSatisfy { $0.result.readings.allSatisfy(\.isGood) })
        #expect(bus.machine.cuts.isEmpty)
    }

    @Test("a device that refuses everything takes at most its share of the bus")
    func refusalsAreDear() {
        var bus = SimulatedBus(.sample(devices: 2, registers: 16))
        bus.devices[0] = { _, _ in (.failed(.exception(code: 2)), .milliseconds(100)) }
        bus.run(for: .seconds(600))
        #expect(bus.asked.count { $0.device == 0 } < 400)
        #expect(bus.results(of: 0).count >= 560)
        #expect(bus.results(of: 0).allSatisfy { $0.result.commonFailure == .exception(code: 2) })
        #expect(bus.results(of: 1).count { $0.result.readings.allSatisfy(\.isGood) } >= 560)
    }

    @Test("a register that stays silent costs its own readings, and is asked ever more rarely")
    func silentRegister() {
        let registers = [RegisterConfiguration.word("a", at: 0), .word("b", at: 100), .word("c", at: 200)]
        for silent in [UInt16(0), 100, 200] {
            var bus = SimulatedBus(device(registers))
            bus.devices[0] = { request, now in
                request.address == silent
                    ? SimulatedBus.silent()(request, now) : SimulatedBus.answering()(request, now)
            }
            bus.run(for: .seconds(120))
            let settled = bus.brought.suffix(50)
            for (index, register) in registers.enumerated() {
                let failures = settled.map { $0.result.readings[index].failure }
                #expect(failures.allSatisfy { $0 == (register.field.address == silent ? .timeout : nil) })
            }
            #expect(bus.asked.filter { $0.request.address == silent }.count < 15)
        }
    }
}
