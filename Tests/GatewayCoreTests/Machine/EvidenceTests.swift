import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite struct EvidenceTests {
    @Test("a poll brings the words of every answer when they are kept, and none otherwise")
    func words() {
        var configuration = BusConfiguration.sample()
        configuration.devices[0].registers = [.word("a", at: 3), .word("b", at: 100)]
        var bus = SimulatedBus(configuration)
        bus.run(for: .milliseconds(500))
        #expect(bus.brought.map(\.result.answers) == [[]])
        configuration.devices[0].keepsAnswers = true
        bus = SimulatedBus(configuration)
        bus.run(for: .milliseconds(500))
        #expect(
            bus.brought.first?.result.answers == [
                RegisterAnswer(table: .holding, address: 3, words: [3]),
                RegisterAnswer(table: .holding, address: 100, words: [100]),
            ])
    }

    @Test("a request without an answer leaves those that were answered")
    func partly() {
        var configuration = BusConfiguration.sample(retries: 0)
        configuration.devices[0].registers = [.word("a", at: 3), .word("b", at: 100)]
        configuration.devices[0].keepsAnswers = true
        var bus = SimulatedBus(configuration, devices: [SimulatedBus.lacking([100])])
        bus.run(for: .milliseconds(500))
        #expect(bus.brought.first?.result.answers == [RegisterAnswer(table: .holding, address: 3, words: [3])])
    }

    @Test("the words of a poll are journalled before anything made of them, with its instant")
    func record() throws {
        var gateway = try TestGateway()
        let answers = [RegisterAnswer(table: .input, address: 0, words: [0x41A0, 0, 0x40C0, 0])]
        let readings = [Reading(value: 20), Reading(value: 6)]
        gateway.perform(
            gateway.machine.polled(
                bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings, answers: answers),
                at: gateway.now, wall: gateway.wall))
        #expect(gateway.records.map(\.kind).prefix(2) == [.evidence, .raw])
        let record = try #require(gateway.records.first)
        #expect(record.place == .device("cems-1"))
        #expect(record.at == gateway.wall)
        #expect(record.content == .answers(answers, unit: 1))
    }

    @Test("a frame is journalled once: as evidence, or to be passed through")
    func frame() throws {
        func kinds(_ text: String) throws -> [RecordKind] {
            var gateway = try TestGateway(text)
            gateway.perform(
                gateway.machine.receivedFrame(instrument: 0, bytes: Array("##0000".utf8), wall: gateway.wall))
            return gateway.records.map(\.kind)
        }
        let keeping = smallPlant.replacing("id: plant-01,", with: "id: plant-01, keep_raw: 30d,")
        let passing = #"mn: "0123", pass_through: true }"#
        #expect(try kinds(smallPlant).isEmpty)
        #expect(try kinds(keeping) == [.evidence])
        #expect(try kinds(keeping.replacing(#"mn: "0123" }"#, with: passing)) == [.frame])
        #expect(try kinds(smallPlant.replacing(#"mn: "0123" }"#, with: passing)) == [.frame])
    }

    @Test("R08: room that becomes scarce is a warning, exhausted an alarm, both end")
    func room() throws {
        var gateway = try TestGateway()
        func judge(_ scarce: Bool, _ exhausted: Bool) {
            for _ in 0..<40 {
                gateway.perform(
                    gateway.machine.journalRoom(
                        isScarce: scarce, isExhausted: exhausted, at: gateway.now, wall: gateway.wall))
                gateway.pass(.seconds(60))
                gateway.tick()
            }
        }
        judge(false, false)
        #expect(!gateway.alarms.contains { $0.rule == "D10" })
        judge(true, false)
        #expect(gateway.alarms.last { $0.rule == "D10" }?.severity == .warning)
        judge(true, true)
        #expect(gateway.alarms.last { $0.rule == "D10" }?.severity == .alarm)
        judge(false, false)
        let alarms = gateway.alarms.filter { $0.rule == "D10" }
        #expect(alarms.last?.state == .cleared)
        #expect(Set(alarms.map(\.id)).count == 1)
    }
}
