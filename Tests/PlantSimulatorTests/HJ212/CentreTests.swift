import Cipher
import Protocol
import Telemetry
import Testing

@testable import PlantSimulator

/// A centre on a table with a clock that is moved by hand.
private struct CentreBench {
    let ledger = CentreLedger()
    var machine: CentreMachine
    var seconds = 0.0

    init(_ centre: SimulatedCentre = SimulatedCentre()) { machine = CentreMachine(centre, ledger: ledger) }

    var time: PeerTime { PeerTime(.zero + .seconds(seconds), Bench.wall + .seconds(seconds)) }

    mutating func give(_ segment: String) -> [UInt8] { give(bytes: framed(segment)) }

    mutating func give(bytes: [UInt8]) -> [UInt8] {
        machine.receive(bytes[...], at: time)
        return written()
    }

    mutating func pass(_ length: Double) -> [UInt8] {
        seconds += length
        machine.tick(at: time)
        return written()
    }

    private mutating func written() -> [UInt8] { Array(machine.wire.takeDue(at: time.now).writes.joined()) }
}

@Suite("A simulated centre")
struct CentreTests {
    private static let epc = "010000A8900016F000169DC0"
    private static let data = "DataTime=20240601080100;a21026-Min=1.10,a21026-Avg=1.50,a21026-Max=2.00,a21026-Flag=N"

    @Test("acknowledges with the frames of the worked dialogues, byte by byte")
    func acknowledges() {
        var bench = CentreBench()
        let realtime = bench.give(
            "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=\(Self.epc);Flag=5;CP=&&DataTime=20160801085857;w01001-Rtd=7.1,w01001-Flag=N&&"
        )
        #expect(
            text(realtime)
                == "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n"
        )
        let heartbeat = bench.give("QN=20240601085857223;ST=32;CN=9015;PW=123456;MN=\(Self.epc);Flag=9;CP=&&&&")
        #expect(
            text(heartbeat)
                == "##0087QN=20240601085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&3900\r\n"
        )
        let backfill = bench.give(
            "QN=20240601085857223;ST=31;CN=2051;PW=123456;MN=\(Self.epc);Flag=9;RF=1;CP=&&\(Self.data)&&")
        #expect(
            text(backfill)
                == "##0087QN=20240601085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&21C0\r\n"
        )
        #expect(bench.ledger.tallies[Self.epc]?.backfilled == 1)
    }

    @Test("names in the data area what it acknowledges in the 2005 edition, and answers only what asks")
    func edition2005() throws {
        var bench = CentreBench()
        let asked = bench.give("QN=20260101000000001;ST=32;CN=2011;PW=1;MN=7;Flag=3;PNUM=2;PNO=1;CP=&&DataTime=1&&")
        let packet = try #require(strictPackets(asked).first)
        #expect(packet.header.map(\.key.text) == ["ST", "CN", "PW", "MN", "Flag"])
        #expect(
            packet.cp.pairs.map { "\($0.key.text)=\($0.value.text)" } == [
                "QN=20260101000000001", "CN=2011", "PNUM=2", "PNO=1",
            ])
        #expect(bench.give("ST=32;CN=2011;PW=1;MN=7;CP=&&DataTime=20260101000000&&").isEmpty)
        #expect(bench.give("QN=2;ST=32;CN=2011;PW=1;MN=7;Flag=4;CP=&&DataTime=2&&").isEmpty)
    }

    @Test("counts distinct records of each field machine, acknowledges doubles again, and ignores damage")
    func counts() {
        var bench = CentreBench()
        func upload(_ qn: Int, _ mn: String, _ command: String = "2011") -> String {
            "QN=\(qn);ST=32;CN=\(command);PW=1;MN=\(mn);Flag=5;CP=&&DataTime=\(qn)&&"
        }
        for qn in [1, 2, 2, 3, 1] { #expect(!bench.give(upload(qn, "A")).isEmpty) }
        _ = bench.give(upload(1, "B", "2051"))
        var damaged = framed(upload(9, "A"))
        damaged[20] ^= 4
        #expect(bench.give(bytes: damaged).isEmpty)
        // Without QN, what they say tells two frames apart.
        for time in [1, 2, 2] { _ = bench.give("ST=32;CN=2011;PW=1;MN=C;CP=&&DataTime=\(time)&&") }
        let tallies = bench.ledger.tallies
        #expect(tallies["A"]?.records == 3 && tallies["A"]?.doubles == 2)
        #expect(tallies["B"]?.commands == ["2051": 1])
        #expect(tallies["C"]?.records == 2 && tallies["C"]?.doubles == 1)
        #expect(bench.machine.wire.refused == 1)
        #expect(bench.ledger.summary.count == 3)
        #expect(bench.ledger.summary[0].contains("A: 3 records (2011: 3), 2 doubles"))
    }

    @Test("decrypts with its keys, the old one as well as the new one, and takes nothing it cannot read")
    func decrypts() throws {
        let keys = try ["new key 12345678", "0000000000000000", "another key 1234"].map {
            try #require(SM4Key(Array($0.utf8)))
        }
        var centre = SimulatedCentre()
        centre.keys = Array(keys.prefix(2))
        var bench = CentreBench(centre)
        for (index, key) in keys.enumerated() {
            for form in PlantSimulator.CipherForm.allCases {
                var writer = FrameWriter(plan: FaultPlan([], seed: 1), key: key, encrypts: true, form: form)
                let frame = OutgoingFrame(
                    [
                        ("QN", "2024060108585722\(index)\(form)"), ("ST", "31"), ("CN", "2051"), ("PW", "1"),
                        ("MN", "A"),
                        ("Flag", "9"),
                    ], items: [Self.data])
                #expect(bench.give(bytes: writer.write(frame).frame).isEmpty == (index == 2))
            }
        }
        #expect(bench.ledger.tallies["A"]?.records == 4)
        #expect(bench.ledger.tallies["A"]?.encrypted == 4)
    }

    @Test("makes its requests on time, in the edition of its partner")
    func requests() throws {
        var centre = SimulatedCentre()
        centre.requests = [
            CentreRequest("1012", after: .seconds(5)), CentreRequest("2051", after: .seconds(10), every: .seconds(60)),
        ]
        var bench = CentreBench(centre)
        #expect(bench.pass(20).isEmpty)
        _ = bench.give("QN=1;ST=31;CN=2011;PW=1;MN=A;Flag=9;CP=&&DataTime=1&&")
        #expect(bench.pass(4).isEmpty)
        let clock = try #require(strictPackets(bench.pass(1)).first)
        #expect(clock["CN"]?.text == "1012" && clock["Flag"]?.text == "9" && clock["MN"]?.text == "A")
        #expect(clock["ST"]?.text == "31" && clock["PW"]?.text == "123456")
        #expect(clock.cp["SystemTime"]?.text == "20261121102025")
        let history = try #require(strictPackets(bench.pass(5)).first("2051"))
        #expect(history.cp["BeginTime"]?.text == "20261121101030")
        #expect(history.cp["EndTime"]?.text == "20261121102030")
        #expect(history["QN"] != clock["QN"])
        #expect(strictPackets(bench.pass(60)).first("2051") != nil)
    }

    @Test("repeats a request that nobody takes up, and tells what came of each")
    func repeatsRequests() {
        var centre = SimulatedCentre()
        centre.requests = [CentreRequest("1061"), CentreRequest("1063"), CentreRequest("2051"), CentreRequest("1011")]
        var bench = CentreBench(centre)
        _ = bench.give("QN=1;ST=31;CN=2011;PW=1;MN=A;Flag=5;CP=&&DataTime=1&&")
        let asked = strictPackets(bench.pass(0))
        #expect(asked.commands == ["1061", "1063", "2051", "1011"])
        func answer(_ index: Int, _ command: String, _ item: String) {
            _ = bench.give("QN=\(asked[index]["QN"]?.text ?? "");ST=91;CN=\(command);PW=1;MN=A;Flag=4;CP=&&\(item)&&")
        }
        answer(0, "9011", "QnRtn=1")
        answer(0, "9012", "ExeRtn=1")
        answer(1, "9011", "QnRtn=8")
        answer(2, "9011", "QnRtn=1")
        answer(2, "9012", "ExeRtn=100")
        var repeated = 0
        for _ in 0..<10 { repeated += strictPackets(bench.pass(5)).filter { $0["QN"] == asked[3]["QN"] }.count }
        #expect(repeated == 3)
        #expect(bench.ledger.tallies["A"]?.executed == 2 && bench.ledger.tallies["A"]?.failed == 2)
    }

    @Test("sets the clock of a field machine that asks for it")
    func time() {
        var bench = CentreBench()
        let answer = strictPackets(bench.give("QN=1;ST=31;CN=1013;PW=1;MN=A;Flag=5;CP=&&&&"))
        #expect(answer.commands == ["9013", "1012"])
    }

    @Test("misbehaves on demand")
    func faults() {
        func answer(_ kind: HJ212Fault.Kind, after delay: Double = 0) -> (bytes: [UInt8], closes: Bool) {
            var centre = SimulatedCentre()
            centre.faults = [HJ212Fault(kind)]
            var bench = CentreBench(centre)
            bench.machine.receive(framed("QN=1;ST=31;CN=2011;PW=1;MN=A;Flag=5;CP=&&DataTime=1&&")[...], at: bench.time)
            bench.seconds = delay
            let due = bench.machine.wire.takeDue(at: bench.time.now)
            return (Array(due.writes.joined()), due.closes)
        }
        #expect(answer(.silent, after: 60).bytes.isEmpty)
        #expect(answer(.late, after: 6).bytes.isEmpty && !answer(.late, after: 7).bytes.isEmpty)
        #expect(scanned(answer(.crc).bytes).defects == [.crc])
        #expect(scanned(answer(.noTail).bytes).defects == [.tail])
        #expect(answer(.close).closes && !answer(.crc).closes)
        #expect(Set(HJ212Fault.ofCentres).isDisjoint(with: [.split, .oversize, .encrypted, .wrongKey, .gbk]))
    }

    @Test("Requests are read from text, and what is wrong is refused")
    func texts() {
        #expect(CentreRequest("1012") == CentreRequest("1012"))
        #expect(
            CentreRequest("1062:RtdInterval=5@10") == CentreRequest("1062", data: "RtdInterval=5", after: .seconds(10)))
        #expect(CentreRequest("2051@30/60") == CentreRequest("2051", after: .seconds(30), every: .seconds(60)))
        for text in ["", "12", "12345", "abcd", "1012@", "1012@x", "1012@-1", "1012@5/0", "1012@5/", "@5"] {
            #expect(CentreRequest(text) == nil, "\(text)")
        }
    }

    /// What an instrument and a centre say to each other within `seconds`, in steps of 100 ms.
    private func together(
        _ monitor: SimulatedMonitor, _ centre: SimulatedCentre, seconds: Int
    ) -> (instrument: InstrumentMachine, ledger: CentreLedger) {
        var host = CentreBench(centre)
        var field = Bench(monitor, length: 100_000)
        for _ in 0..<(seconds * 10) {
            let said = field.run(0.1, answering: false).bytes
            let answers = host.pass(0.1) + (said.isEmpty ? [] : host.give(bytes: said))
            guard !answers.isEmpty else { continue }
            field.machine.receive(answers[...], at: field.time)
        }
        return (field.machine, host.ledger)
    }

    /// An instrument of `edition` that has faults every fourth frame, so that what goes wrong once comes again.
    private func monitor(_ edition: SimulatedEdition, _ key: SM4Key, _ kind: HJ212Fault.Kind? = nil) -> SimulatedMonitor
    {
        var monitor = Bench.dust(edition)
        monitor.key = edition == .hj2025 ? key : nil
        monitor.clockError = .seconds(120)
        monitor.asksForTime = true
        monitor.faults = kind.map { [HJ212Fault($0, every: 4)] } ?? []
        return monitor
    }

    private func centre(_ edition: SimulatedEdition, _ key: SM4Key) -> SimulatedCentre {
        var centre = SimulatedCentre()
        centre.keys = [key]
        centre.edition = edition
        centre.requests = [CentreRequest("1061", after: .seconds(3)), CentreRequest("2051", after: .seconds(150))]
        return centre
    }

    @Test(
        "and an instrument understand each other in every edition",
        arguments: [SimulatedEdition.hj2005, .hj2017, .hj2025, .surfaceWater])
    func together(edition: SimulatedEdition) throws {
        let key = try #require(SM4Key(Array("0000000000000000".utf8)))
        let result = together(monitor(edition, key), centre(edition, key), seconds: 200)
        let tally = try #require(result.ledger.tallies[Bench.mn])
        #expect(tally.records == result.instrument.sent && tally.doubles == 0)
        #expect(tally.executed >= 2 && tally.failed == 0)
        #expect((tally.encrypted == tally.records) == (edition == .hj2025))
        // SystemTime has whole seconds.
        let error = result.instrument.clockError
        #expect((abs(error.inSeconds) < 2) == (edition != .hj2005))
    }

    @Test("and an instrument get records across in spite of every fault", arguments: HJ212Fault.Kind.allCases)
    func faulty(kind: HJ212Fault.Kind) throws {
        let key = try #require(SM4Key(Array("0000000000000000".utf8)))
        for edition in [SimulatedEdition.hj2017, .hj2025] {
            let result = together(monitor(edition, key, kind), centre(edition, key), seconds: 70)
            #expect(try #require(result.ledger.tallies[Bench.mn]).records > 20, "\(edition)")
        }
    }

    @Test("sees encryption even where the checksum of the ciphertext happens to fit, as it does once in 256 frames")
    func accidentalChecksum() throws {
        let key = try #require(SM4Key(Array("0000000000000000".utf8)))
        var writer = FrameWriter(plan: FaultPlan([], seed: 1), key: key, encrypts: true)
        var accidents = 0
        for number in 0..<2_000 {
            let frame = OutgoingFrame(
                [("QN", "\(number)"), ("CN", "2011"), ("MN", "A")],
                items: ["DataTime=2024060108\(paddedDecimal(number, width: 4));a21026-Rtd=1.23"])
            let bytes = writer.write(frame).frame
            let segment = Array(bytes[6...].dropLast(6))
            if PeerChecksum.text(PeerChecksum.hj212(segment)) == text(bytes.suffix(6).prefix(4)) { accidents += 1 }
            var cutter = FrameCutter(keys: [key])
            guard case .frame(let read, _)? = cutter.feed(bytes).first else {
                Issue.record("not read: \(number)")
                return
            }
            #expect(read.isEncrypted && read.data == frame.data)
        }
        #expect(accidents > 0)
    }
}
