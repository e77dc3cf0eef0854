import Cipher
import Protocol
import Telemetry
import Testing

@testable import PlantSimulator

@Suite("A fault on demand is the defect it names")
struct FaultTests {
    /// An instrument with `faults` after `seconds`.
    private func played(_ faults: [HJ212Fault], seconds: Double = 0.1, seed: UInt64 = 1) -> [Bench.Written] {
        var monitor = Bench.dust()
        monitor.faults = faults
        monitor.seed = seed
        var bench = Bench(monitor, length: 10_000)
        return bench.run(seconds, answering: false)
    }

    @Test(
        "in framing",
        arguments: [
            (HJ212Fault.Kind.length, FrameFault.Kind.length), (.shortLength, .length), (.crc, .crc),
            (.modbusCRC, .crc), (.modbusCRCLow, .crc), (.noTail, .tail), (.lfOnly, .tail), (.doubleTail, .tail),
            (.oversize, .oversize),
        ])
    func framing(kind: HJ212Fault.Kind, expected: FrameFault.Kind) {
        let bytes = played([HJ212Fault(kind)]).bytes
        #expect(scanned(bytes).defects == [expected], "\(text(bytes))")
        // All but foreign checksums can be repaired.
        #expect(scanned(bytes, .everything).packets.isEmpty == (kind == .crc))
    }

    @Test("in the checksum's bytes")
    func checksums() throws {
        let good = played([]).bytes
        let segment = Array(good[6...].dropLast(6))
        let crc = PeerChecksum.text(PeerChecksum.modbus(segment))
        #expect(text(played([HJ212Fault(.modbusCRC)]).bytes) == text(good.dropLast(6)) + crc + "\r\n")
        #expect(
            text(played([HJ212Fault(.modbusCRCLow)]).bytes)
                == text(good.dropLast(6)) + crc.suffix(2) + crc.prefix(2) + "\r\n")
        let lower = played([HJ212Fault(.lowerCase)], seconds: 20).flatMap(\.writes)
        #expect(lower.allSatisfy { frame in frame.suffix(6).allSatisfy { !(0x41...0x46).contains($0) } })
        #expect(lower.contains { frame in frame.suffix(6).contains { (0x61...0x66).contains($0) } })
        #expect(strictPackets(lower.flatMap { $0 }).count == lower.count)
    }

    @Test("in the tail's bytes, and every length is wrong by one to nine")
    func tailsAndLengths() throws {
        #expect(played([HJ212Fault(.noTail)]).bytes.last != 0x0A)
        #expect(text(played([HJ212Fault(.lfOnly)]).bytes.suffix(2)).first?.isHexDigit == true)
        #expect(text(played([HJ212Fault(.doubleTail)]).bytes).hasSuffix("\r\n\r\n"))
        for seed in 1...50 {
            let bytes = played([HJ212Fault(.length)], seed: UInt64(seed)).bytes
            let stated = try #require(Int(text(bytes[2..<6])))
            #expect((1...9).contains(abs(stated - (bytes.count - 12))))
        }
    }

    @Test("in writing: pieces, slow, glued, late, silent, twice")
    func writing() {
        let good = played([]).bytes
        let pieces = played([HJ212Fault(.pieces)])
        #expect(pieces.count == 1 && pieces[0].writes.allSatisfy { $0.count == 1 } && pieces.bytes == good)
        let slow = played([HJ212Fault(.slow)], seconds: 60)
        #expect(slow.allSatisfy { $0.writes.count <= 6 } && slow.bytes.starts(with: good))
        let glued = played([HJ212Fault(.glued)], seconds: 8)
        #expect(glued.map(\.time).prefix(2) == [2, 5])
        #expect(glued.allSatisfy { $0.writes.count == 1 && strictPackets($0.writes[0]).count == 2 })
        #expect(played([HJ212Fault(.late)], seconds: 7.5).map(\.time) == [7])
        #expect(played([HJ212Fault(.silent)], seconds: 60).isEmpty)
        let twice = played([HJ212Fault(.duplicate)])
        #expect(twice[0].writes == [good, good])
    }

    @Test("in closing the connection after the frame")
    func closing() {
        var monitor = Bench.dust()
        monitor.faults = [HJ212Fault(.close)]
        var machine = InstrumentMachine(monitor)
        machine.tick(at: PeerTime(.zero, Bench.wall))
        let due = machine.wire.takeDue(at: .zero)
        #expect(due.writes.count == 1 && due.closes)
    }

    @Test("in garbage before a frame, which is found all the same")
    func garbage() {
        var packets = 0
        for seed in 1...100 {
            let bytes = played([HJ212Fault(.garbage)], seed: UInt64(seed)).bytes
            let result = scanned(bytes)
            #expect(!result.defects.isEmpty)
            packets += result.packets.count
        }
        #expect(packets == 100)
    }

    @Test(
        "in header fields that are not there",
        arguments: [(HJ212Fault.Kind.noQN, "QN"), (.noFlag, "Flag"), (.noPW, "PW")])
    func header(kind: HJ212Fault.Kind, name: String) {
        let packets = strictPackets(played([HJ212Fault(kind)]).bytes)
        #expect(packets.count == 1)
        #expect(packets.allSatisfy { packet in !packet.header.contains { $0.key.text == name } })
        #expect(packets.allSatisfy { $0.header.count == 5 })
    }

    @Test("in packets: split by factors, or in one that is too long")
    func packets() {
        let split = strictPackets(played([HJ212Fault(.split)]).bytes)
        #expect(split.map { $0["PNO"]?.text } == ["1", "2"])
        #expect(split.map { $0["Flag"]?.text } == ["7", "7"])
        #expect(split.map { $0.cp["a34013-Rtd"] != nil } == [true, false])
        #expect(split.allSatisfy { $0.cp["DataTime"] != nil })
        #expect(played([HJ212Fault(.oversize)]).bytes.count > 1_036)
    }

    @Test("in ciphertext, with the key or with another one")
    func encryption() throws {
        let key = try #require(SM4Key(Array("0000000000000000".utf8)))
        for (kind, isReadable) in [(HJ212Fault.Kind.encrypted, true), (.wrongKey, false)] {
            let bytes = played([HJ212Fault(kind)]).bytes
            #expect(scanned(bytes).defects.first == .crc)
            var cutter = FrameCutter(keys: [key])
            let frames = cutter.feed(bytes).compactMap { item -> IncomingFrame? in
                if case .frame(let frame, _) = item { frame } else { nil }
            }
            #expect(frames.map(\.isEncrypted) == (isReadable ? [true] : []))
            #expect(frames.first?.value("a34013-Rtd") == (isReadable ? "4.20" : nil))
        }
    }

    @Test("in text of another encoding")
    func gbk() {
        var monitor = Bench.dust()
        monitor.faults = [HJ212Fault(.gbk, every: 2)]
        var bench = Bench(monitor)
        #expect(bench.ask("3020", "InfoId=i11001").first("3020")?.cp["i11001-Info"]?.text == "//清洗管路//")
        let bytes = bench.give("QN=1;ST=31;CN=3020;PW=123456;MN=\(Bench.mn);Flag=5;CP=&&InfoId=i11001&&")
        let log = Array("//".utf8) + [0xC7, 0xE5, 0xCF, 0xB4, 0xB9, 0xDC, 0xC2, 0xB7] + Array("//".utf8)
        #expect(bytes.indices.contains { bytes[$0...].starts(with: log) })
    }

    @Test("every so many frames, and the same again with the same seed")
    func periods() {
        let written = played([HJ212Fault(.crc, every: 3)], seconds: 20)
        let good = written.flatMap(\.writes).map { scanned($0).defects.isEmpty }
        #expect(good.prefix(7) == [true, true, false, true, true, false, true])
        let chance: [HJ212Fault] = [HJ212Fault(.garbage), HJ212Fault(.length, every: 2)]
        #expect(played(chance, seed: 7).bytes == played(chance, seed: 7).bytes)
        #expect(played(chance, seed: 7).bytes != played(chance, seed: 8).bytes)
    }

    @Test("Names are read with and without a period, and nothing else")
    func names() {
        #expect(HJ212Fault("crc") == HJ212Fault(.crc))
        #expect(HJ212Fault("no-tail=12") == HJ212Fault(.noTail, every: 12))
        for text in ["", "crcs", "crc=", "crc=0", "crc=-1", "crc=x", "=3"] {
            #expect(HJ212Fault(text) == nil, "\(text)")
        }
        for kind in HJ212Fault.Kind.allCases { #expect(HJ212Fault(kind.rawValue)?.kind == kind) }
    }
}
