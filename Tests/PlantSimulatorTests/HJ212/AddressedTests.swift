import Telemetry
import Testing

@testable import PlantSimulator

@Suite("The addressed dialect of a bus")
struct AddressedTests {
    private static var monitor: SimulatedMonitor {
        var monitor = SimulatedMonitor(
            id: "analyser", mn: "88888880000001", st: "31", role: .listens,
            factors: [SimulatedFactor("02", .constant(12.3)), SimulatedFactor("w01018", .constant(40.1))])
        monitor.edition = .addressed
        return monitor
    }

    private func poll(_ frame: String, _ machine: inout InstrumentMachine) -> String {
        let time = PeerTime(.zero, Bench.wall)
        machine.receive(Array(frame.utf8)[...], at: time)
        machine.tick(at: time)
        return text(machine.wire.takeDue(at: .zero).writes.joined())
    }

    @Test("The printed question is answered in the same form")
    func answers() throws {
        var machine = InstrumentMachine(Self.monitor)
        let answer = poll(
            "##00010077QN=20150530190615121;ST=31;CN=2013;PW=123456;MN=88888880000001;Flag=3;CP=&&&&2414\r\n", &machine)
        let segment =
            "QN=20150530190615121;ST=31;CN=2013;PW=123456;MN=88888880000001;Flag=0;CP=&&DataTime=20261121102000;"
            + "02-Rtd=12.30,02-CurrZero=0.012;w01018-Rtd=40.10,w01018-CurrZero=0.012&&"
        let crc = PeerChecksum.text(PeerChecksum.modbus(segment.utf8))
        #expect(
            answer == "##0001" + paddedDecimal(segment.utf8.count, width: 4) + segment + crc.suffix(2) + crc.prefix(2)
                + "\r\n")
    }

    @Test("States and parameters have their own questions")
    func others() {
        var machine = InstrumentMachine(Self.monitor)
        #expect(poll(question("2023"), &machine).contains("SB1-InstrState=0;SB1-Ala=0"))
        #expect(poll(question("1073"), &machine).contains("w01018-CurrZero=0.012"))
    }

    @Test("Other stations, other commands, wrong checksums and ordinary frames get no answer; nothing is said unasked")
    func silence() {
        var machine = InstrumentMachine(Self.monitor)
        #expect(poll(question("2013", station: 2), &machine).isEmpty)
        #expect(poll(question("3011"), &machine).isEmpty)
        #expect(poll(question("2013").replacing("Flag=3", with: "Flag=2"), &machine).isEmpty)
        #expect(poll(text(framed("QN=1;ST=31;CN=2013;PW=1;MN=1;Flag=3;CP=&&&&")), &machine).isEmpty)
        #expect(poll("", &machine).isEmpty)
        #expect(!poll(question("2013"), &machine).isEmpty)
    }

    private func question(_ command: String, station: Int = 1) -> String {
        let segment = "QN=20150530190615121;ST=31;CN=\(command);PW=123456;MN=88888880000001;Flag=3;CP=&&&&"
        let crc = PeerChecksum.text(PeerChecksum.modbus(segment.utf8))
        return "##" + paddedDecimal(station, width: 4) + "0077" + segment + crc.suffix(2) + crc.prefix(2) + "\r\n"
    }
}
