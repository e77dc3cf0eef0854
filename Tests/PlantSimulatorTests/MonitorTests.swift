import Telemetry
import TestSupport
import Testing

@testable import PlantSimulator

@Suite struct MonitorFrameTests {
    @Test(
        "Frames are those the standard and the field agree on",
        arguments: [
            (
                "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
                "##0101", "1C80"
            ),
            (
                "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&", "##0087",
                "3240"
            ),
            (
                "QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", "##0087",
                "2200"
            ),
        ])
    func frames(segment: String, head: String, crc: String) {
        #expect(String(decoding: MonitorFrame.framed(segment), as: UTF8.self) == "\(head)\(segment)\(crc)\r\n")
    }

    @Test("The length counts bytes, and a CRC below 1000 keeps its zeros")
    func countsBytes() {
        #expect(String(decoding: MonitorFrame.framed("状态").prefix(6), as: UTF8.self) == "##0006")
        for number in 0..<300 {
            let frame = MonitorFrame.framed("\(number)")
            #expect(frame.count == 6 + String(number).utf8.count + 6)
        }
    }

    @Test("Answers are found among other frames, in any pieces")
    func findsAnswers() {
        let other = MonitorFrame.framed("QN=1;ST=31;CN=1062;PW=1;MN=1;Flag=5;CP=&&RtdInterval=30&&")
        let answer = MonitorFrame.framed("QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=1;Flag=4;CP=&&&&")
        var bytes = other + answer + answer.prefix(20)
        #expect(MonitorFrame.takeAnswer(from: &bytes) == "20160801085857223")
        #expect(MonitorFrame.takeAnswer(from: &bytes) == nil)
        #expect(bytes == Array(answer.prefix(20)))
        bytes += answer.dropFirst(20)
        #expect(MonitorFrame.takeAnswer(from: &bytes) == "20160801085857223")
    }
}

@Suite struct MonitorMachineTests {
    /// 2026-11-21 10:20:00 in China.
    private static let wall = WallInstant(millisecondsSince1970: 1_795_227_600_000)

    private static var dust: SimulatedMonitor {
        var monitor = SimulatedMonitor(
            id: "dust", mn: "88888880000011", st: "31", role: .connects,
            factors: [
                SimulatedFactor("a34013", .constant(4.2)),
                SimulatedFactor("a01012", decimals: 1, .signal(Signal("t", seed: 1, mean: 52, swing: 2))),
            ])
        monitor.silence = 0.55...0.75
        return monitor
    }

    /// What the machine sends when asked every 100 ms for `seconds`, as text frames with the time of each.
    private func play(
        _ machine: inout MonitorMachine, seconds: Double, from start: Double = 0,
        phase: (Double) -> Double = { _ in 0 },
        answer: Bool = true
    ) -> [(time: Double, frame: String)] {
        var frames: [(Double, String)] = []
        for step in 0..<Int((seconds * 10).rounded()) {
            let time = start + Double(step) / 10
            let bytes = machine.tick(
                at: .zero + .seconds(time), wall: Self.wall + .seconds(time),
                moment: PlantMoment(seconds: time, phase: phase(time)))
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") {
                frames.append((time, String(line)))
                guard answer, let qn = field("QN", of: String(line)) else { continue }
                machine.receive(
                    MonitorFrame.framed("QN=\(qn);ST=91;CN=9014;PW=123456;MN=88888880000011;Flag=4;CP=&&&&"))
            }
        }
        return frames
    }

    private func field(_ name: String, of frame: String) -> String? {
        frame.split(whereSeparator: { $0 == ";" || $0 == "#" }).first { $0.contains("\(name)=") }
            .flatMap { $0.split(separator: "=").last }.map(String.init)
    }

    @Test("Realtime data comes at its interval, asks for an answer, and has the time of China")
    func sendsRealtime() throws {
        var machine = MonitorMachine(Self.dust)
        let frames = play(&machine, seconds: 10)
        #expect(frames.map(\.time) == [0, 2, 4, 6, 8])
        let first = try #require(frames.first?.frame)
        #expect(
            first.contains(
                "QN=20261121102000000;ST=31;CN=2011;PW=123456;MN=88888880000011;Flag=5;CP=&&DataTime=20261121102000;a34013-Rtd=4.20,a34013-Flag=N;a01012-Rtd=5"
            ))
        #expect(Set(frames.compactMap { field("QN", of: $0.frame) }).count == 5)
        #expect(machine.sent == 5 && machine.answered == 5)
    }

    @Test("Minute data follows its minute, with the start of the minute and with least, mean and greatest")
    func sendsMinutes() throws {
        var machine = MonitorMachine(Self.dust)
        let frames = play(&machine, seconds: 130).filter { $0.frame.contains("CN=2051") }
        #expect(frames.map(\.time) == [60, 120])
        #expect(
            frames[0].frame.contains(
                "DataTime=20261121102000;a34013-Min=4.20,a34013-Avg=4.20,a34013-Max=4.20,a34013-Flag=N;"))
        #expect(frames[1].frame.contains("DataTime=20261121102100;"))
        let parts = frames[0].frame.split(whereSeparator: { $0 == "," || $0 == ";" })
        func number(_ key: String) throws -> Double {
            let part = try #require(parts.first { $0.hasPrefix("a01012-\(key)=") })
            return try #require(Double(part.dropFirst(11)))
        }
        #expect(try number("Min") <= number("Avg") && number("Avg") <= number("Max"))
        #expect(try number("Min") < number("Max"))
    }

    @Test("Frames of the same millisecond have different numbers")
    func numbersFrames() {
        var machine = MonitorMachine(Self.dust)
        let frames = play(&machine, seconds: 61)
        #expect(Set(frames.compactMap { field("QN", of: $0.frame) }).count == frames.count)
    }

    @Test("A frame without an answer is repeated unchanged, three times at most")
    func repeats() throws {
        var machine = MonitorMachine(Self.dust)
        let frames = play(&machine, seconds: 40, answer: false).map(\.frame)
        let first = try #require(frames.first)
        #expect(frames.filter { $0 == first }.count == 4)
        #expect(machine.answered == 0)
    }

    @Test("The silence is silent from its first to its last moment, and afterwards data comes again")
    func fallsSilent() throws {
        var machine = MonitorMachine(Self.dust)
        let frames = play(&machine, seconds: 60, phase: { $0 / 60 }, answer: false)
        #expect(frames.contains { $0.time < 33 })
        #expect(!frames.contains { (33.0...45.0).contains($0.time) })
        #expect(frames.contains { $0.time > 45 && $0.time < 48 })
    }

    @Test("Any bytes are survived and bounded")
    func survivesNoise() {
        var generator = SeededGenerator()
        var machine = MonitorMachine(Self.dust)
        _ = play(&machine, seconds: 2, answer: false)
        for _ in 0..<200 {
            machine.receive(
                (0..<Int.random(in: 0...500, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator)
                })
        }
        #expect(machine.answered == 0, "\(generator)")
        #expect(!play(&machine, seconds: 4, from: 2).isEmpty, "\(generator)")
    }
}
