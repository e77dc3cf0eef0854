import Telemetry
import TestSupport
import Testing

@testable import PlantSimulator

@Suite("A simulated instrument uploads")
struct InstrumentUploadTests {
    private static let editions: [SimulatedEdition] = [.hj2005, .hj2017, .hj2025, .surfaceWater]

    @Test("realtime data at its interval, with the time of China, and asks for an answer")
    func sendsRealtime() throws {
        var bench = Bench(Bench.dust())
        let written = bench.run(10)
        #expect(written.map(\.time) == [0, 2, 4, 6, 8])
        #expect(
            text(written[0].writes.joined()).contains(
                "QN=20261121102000000;ST=31;CN=2011;PW=123456;MN=88888880000011;Flag=5;CP=&&DataTime=20261121102000;a34013-Rtd=4.20,a34013-Flag=N;a01012-Rtd=5"
            ))
        #expect(Set(strictPackets(written.bytes).compactMap { $0["QN"]?.text }).count == 5)
        #expect(bench.machine.sent == 5 && bench.machine.answered == 5)
    }

    @Test("the header of its edition", arguments: editions)
    func headers(edition: SimulatedEdition) throws {
        var bench = Bench(Bench.dust(edition))
        let packet = try #require(strictPackets(bench.run(1).bytes).first)
        let flags: [SimulatedEdition: String] = [.hj2005: "1", .hj2017: "5", .hj2025: "9", .surfaceWater: "9"]
        #expect(packet["Flag"]?.text == flags[edition])
        #expect(packet["ST"]?.text == (edition == .surfaceWater ? "21" : "31"))
        #expect(packet["RF"] == nil)
        #expect(packet.cp["a34013-Rtd"]?.text == "4.20")
        #expect(
            packet.header.map(\.key.text) == ["QN", "ST", "CN", "PW", "MN", "Flag"])
    }

    @Test("without QN and Flag in the 2005 edition unless it wants answers")
    func bare() throws {
        var monitor = Bench.dust(.hj2005)
        monitor.asksForAnswers = false
        monitor.factors[0].code = "01"
        var bench = Bench(monitor)
        let packet = try #require(strictPackets(bench.run(1).bytes).first)
        #expect(packet.header.map(\.key.text) == ["ST", "CN", "PW", "MN"])
        #expect(packet.cp["01-Rtd"]?.text == "4.20")
        #expect(bench.machine.pending.isEmpty)
    }

    @Test("minute data after its minute, with the start of the minute and with least, mean and greatest")
    func sendsMinutes() throws {
        var bench = Bench(Bench.dust(), length: 1_000)
        let frames = bench.run(130).filter { text($0.writes.joined()).contains("CN=2051") }
        #expect(frames.map(\.time) == [60, 120])
        #expect(
            text(frames[0].writes.joined()).contains(
                "DataTime=20261121102000;a34013-Min=4.20,a34013-Avg=4.20,a34013-Max=4.20,a34013-Flag=N;"))
        let packet = try #require(strictPackets(frames.bytes).first("2051"))
        func number(_ suffix: StaticString) throws -> Double {
            let text = try #require(packet.cp[suffix]?.text)
            return try #require(Double(text))
        }
        #expect(try number("a01012-Min") <= number("a01012-Avg") && number("a01012-Avg") <= number("a01012-Max"))
        #expect(try number("a01012-Min") < number("a01012-Max"))
    }

    @Test("hours and days only when it has measured all of them")
    func sendsHours() throws {
        var monitor = Bench.dust()
        monitor.interval = .seconds(60)
        // 10:20 to 12:00: the hour of 10 is not whole.
        var bench = Bench(monitor, length: 100_000)
        let hours = strictPackets(bench.run(6_001).bytes).filter { $0["CN"]?.text == "2061" }
        #expect(hours.map { $0.cp["DataTime"]?.text } == ["20261121110000"])
        monitor.past = .seconds(7_200)
        bench = Bench(monitor, length: 100_000)
        #expect(strictPackets(bench.run(2_401).bytes).first("2061")?.cp["DataTime"]?.text == "20261121100000")
    }

    @Test("frames of the same millisecond with different numbers")
    func numbersFrames() {
        var bench = Bench(Bench.dust(), length: 1_000)
        let packets = strictPackets(bench.run(61).bytes)
        #expect(Set(packets.compactMap { $0["QN"]?.text }).count == packets.count)
    }

    @Test("a frame without an answer again, three times at most, in 2025 marked as a backfill", arguments: editions)
    func repeats(edition: SimulatedEdition) throws {
        var bench = Bench(Bench.dust(edition), length: 1_000)
        let packets = strictPackets(bench.run(40, answering: false).bytes)
        let first = try #require(packets.first)
        let again = packets.filter { $0["QN"] == first["QN"] }
        #expect(again.count == 4)
        #expect(again.dropFirst().allSatisfy { ($0["RF"]?.text == "1") == (edition == .hj2025) })
        #expect(again.allSatisfy { $0.cp == first.cp })
        #expect(bench.machine.answered == 0 && bench.machine.abandoned > 0)
        if edition == .hj2025 {
            #expect(text(bench.run(1, answering: false).bytes).contains("Flag=9;RF=1;CP=&&"))
        }
    }

    @Test("nothing in its silence, but has the minutes of it when asked")
    func fallsSilent() throws {
        var monitor = Bench.dust()
        monitor.silence = 0.3...0.7
        var bench = Bench(monitor, length: 1_000)
        let written = bench.run(800)
        #expect(written.contains { $0.time < 300 } && written.contains { $0.time > 700 })
        #expect(!written.contains { (300.0...700.0).contains($0.time) })
        // 10:26 lies in the silence, which is from 10:25:00 to 10:31:40.
        let packets = bench.ask("2051", "BeginTime=20261121102600;EndTime=20261121102600")
        #expect(packets.commands == ["9011", "2051"])
        #expect(packets.last?.cp["DataTime"]?.text == "20261121102600")
        #expect(packets.last?.cp["a34013-Avg"]?.text == "4.20")
    }

    @Test("nothing while there is no connection, but remembers those minutes too")
    func measuresWithoutConnection() throws {
        var machine = InstrumentMachine(Bench.dust())
        machine.tick(at: PeerTime(.zero, Bench.wall))
        let later = PeerTime(.zero + .seconds(600), Bench.wall + .seconds(600))
        machine.opened(at: later)
        machine.tick(at: later)
        // The frame that was never answered again, one minute, one realtime frame: the rest is history.
        let packets = strictPackets(Array(machine.wire.takeDue(at: later.now).writes.joined()))
        #expect(packets.commands == ["2011", "2051", "2011"])
        #expect(packets.first?.cp["DataTime"]?.text == "20261121102000")
        #expect(machine.memory.periods(.minute, in: Bench.wall...later.wall).count == 10)
    }

    @Test("with a wrong clock until it is set")
    func wrongClock() throws {
        var monitor = Bench.dust()
        monitor.clockError = .seconds(-3_600)
        monitor.asksForTime = true
        var bench = Bench(monitor)
        let first = strictPackets(bench.run(1).bytes)
        #expect(first.commands == ["1013", "2011"])
        #expect(first.last?.cp["DataTime"]?.text == "20261121092000")
        #expect(bench.ask("1011").dropFirst().first?.cp["SystemTime"]?.text == "20261121092001")
        #expect(bench.ask("1012", "SystemTime=20261121102001").commands == ["9011", "9012"])
        #expect(strictPackets(bench.run(2).bytes).last?.cp["DataTime"]?.text == "20261121102002")
    }

    @Test("heartbeats in the editions that have them", arguments: editions)
    func heartbeats(edition: SimulatedEdition) {
        var monitor = Bench.dust(edition)
        monitor.heartbeat = .seconds(10)
        var bench = Bench(monitor, length: 1_000)
        let written = bench.run(31).filter { text($0.writes.joined()).contains("CN=9015") }
        #expect(written.map(\.time) == (edition == .hj2025 || edition == .surfaceWater ? [10, 20, 30] : []))
    }

    @Test("data of many factors in packets of legal length, each with DataTime and whole factors", arguments: editions)
    func splits(edition: SimulatedEdition) {
        var monitor = Bench.dust(edition)
        monitor.factors = (1...60).map { SimulatedFactor("w\($0 + 10_000)", .constant(Double($0))) }
        var bench = Bench(monitor)
        let packets = strictPackets(bench.run(1).bytes)
        #expect(packets.count >= 2)
        #expect(packets.allSatisfy { $0["PNUM"]?.text == "\(packets.count)" })
        #expect(packets.map { $0["PNO"]?.text } == (1...packets.count).map { "\($0)" })
        #expect(packets.allSatisfy { $0.cp["DataTime"]?.text == "20261121102000" })
        #expect(packets.allSatisfy { $0["Flag"].flatMap { Int($0.text) }.map { $0 & 2 == 2 } == true })
        #expect(Set(packets.compactMap { $0["QN"]?.text }).count == packets.count)
        let values = packets.flatMap { $0.cp.pairs }.filter { $0.key.text.hasSuffix("-Rtd") }
        #expect(values.map(\.value.text) == (1...60).map { "\($0).00" })
    }

    @Test("on through any bytes")
    func survivesNoise() {
        var generator = SeededGenerator()
        var bench = Bench(Bench.dust(), length: 1_000)
        _ = bench.run(2, answering: false)
        for _ in 0..<200 {
            let noise = (0..<Int.random(in: 0...500, using: &generator)).map { _ in
                // Many of them look like the beginning of a frame.
                Bool.random(using: &generator) ? UInt8(ascii: "#") : UInt8.random(in: 0...255, using: &generator)
            }
            bench.machine.receive(noise[...], at: bench.time)
        }
        #expect(bench.machine.answered == 0, "\(generator)")
        #expect(!bench.run(20).isEmpty, "\(generator)")
        #expect(bench.ask("1061").commands == ["9011", "1061", "9012"], "\(generator)")
    }
}
