import Protocol
import Telemetry
import Testing

@testable import PlantSimulator

/// An instrument on a table with clocks that are moved by hand.
struct Bench {
    /// 2026-11-21 10:20:00 in China.
    static let wall = WallInstant(millisecondsSince1970: 1_795_227_600_000)
    static let mn = "88888880000011"

    /// What was written at one moment.
    struct Written {
        let time: Double
        let writes: [[UInt8]]
    }

    var machine: InstrumentMachine
    /// Since the start.
    private(set) var seconds = 0.0
    private let start: WallInstant

    /// `length`: of the script, whose phases `silence` counts in.
    init(_ monitor: SimulatedMonitor, at start: WallInstant = Bench.wall, length: Double = 60) {
        self.start = start
        machine = InstrumentMachine(monitor) { now in
            let seconds = (now - .zero).inSeconds
            return PlantMoment(seconds: seconds, phase: seconds / length)
        }
    }

    static func dust(_ edition: SimulatedEdition = .hj2017) -> SimulatedMonitor {
        var monitor = SimulatedMonitor(
            id: "dust", mn: mn, st: edition == .surfaceWater ? "21" : "31", role: .connects,
            factors: [
                SimulatedFactor("a34013", .constant(4.2)),
                SimulatedFactor("a01012", decimals: 1, .signal(Signal("t", seed: 1, mean: 52, swing: 2))),
            ])
        monitor.edition = edition
        return monitor
    }

    var time: PeerTime { PeerTime(.zero + .seconds(seconds), start + .seconds(seconds)) }

    /// Lets `length` seconds pass in steps of 100 ms; what was written, by its moment. Uploads are answered by
    /// `answering` as a host would.
    mutating func run(_ length: Double, answering: Bool = true) -> [Written] {
        var result: [Written] = []
        for _ in 0..<Int((length * 10).rounded()) {
            machine.tick(at: time)
            let writes = machine.wire.takeDue(at: time.now).writes
            if !writes.isEmpty { result.append(Written(time: seconds, writes: writes)) }
            if answering { answer(Array(writes.joined())) }
            // Whole tenths, so that times can be compared.
            seconds = ((seconds + 0.1) * 10).rounded() / 10
        }
        return result
    }

    /// Gives the instrument a good frame with `segment`; what it writes at once.
    mutating func give(_ segment: String) -> [UInt8] {
        machine.receive(framed(segment)[...], at: time)
        return Array(machine.wire.takeDue(at: time.now).writes.joined())
    }

    /// Asks for `command`; what it writes at once, as packets.
    mutating func ask(_ command: String, _ data: String = "", number: String = "20261121102000001") -> [Packet] {
        let monitor = machine.monitor
        let flag = monitor.edition == .hj2005 ? 3 : monitor.edition.flag | 1
        return strictPackets(
            give(
                "QN=\(number);ST=\(monitor.st);CN=\(command);PW=\(machine.password);MN=\(monitor.mn);Flag=\(flag);CP=&&\(data)&&"
            ))
    }

    /// Answers every upload and notification in `bytes`.
    mutating func answer(_ bytes: [UInt8]) {
        for packet in packets(bytes) {
            guard let flag = packet["Flag"].flatMap({ Int($0.text) }), flag & 1 == 1, let qn = packet["QN"] else {
                continue
            }
            let isData = packet["CN"]?.text.hasPrefix("2") == true
            let head = "ST=91;CN=\(isData ? "9014" : "9013");PW=123456;MN=\(machine.monitor.mn);Flag=\(flag & 0xFC)"
            let segment =
                flag < 4 ? "\(head);CP=&&QN=\(qn.text)&&" : "QN=\(qn.text);\(head);CP=&&&&"
            machine.receive(framed(segment)[...], at: time)
        }
    }
}

/// A good frame, made by the simulator's side.
func framed(_ segment: String) -> [UInt8] {
    let bytes = Array(segment.utf8)
    let head = "##" + paddedDecimal(bytes.count, width: 4)
    return Array(head.utf8) + bytes + Array((PeerChecksum.text(PeerChecksum.hj212(bytes)) + "\r\n").utf8)
}

/// What the gateway's own scanner takes out of `bytes` without any tolerance, and what it finds wrong.
func scanned(_ bytes: [UInt8], _ tolerance: Tolerance = .strict) -> (packets: [Packet], defects: [FrameFault.Kind]) {
    var scanner = FrameScanner(tolerance: tolerance)
    var packets: [Packet] = []
    var defects: [FrameFault.Kind] = []
    for item in scanner.feed(bytes) + scanner.expire() {
        switch item {
        case .frame(let frame): packets.append(Packet(segment: frame.segment))
        case .defect(let defect): defects.append(defect.kind)
        }
    }
    return (packets, defects)
}

func packets(_ bytes: [UInt8]) -> [Packet] { scanned(bytes).packets }

/// The packets in `bytes`, which must be nothing but strictly well framed.
func strictPackets(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> [Packet] {
    let (packets, defects) = scanned(bytes)
    #expect(defects.isEmpty, "\(text(bytes))", sourceLocation: sourceLocation)
    return packets
}

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

extension [Bench.Written] {
    /// All bytes, whenever they were written.
    var bytes: [UInt8] { flatMap { $0.writes.flatMap { $0 } } }
}

extension [Packet] {
    /// The command of each.
    var commands: [String] { map { $0["CN"]?.text ?? "" } }

    func first(_ command: String) -> Packet? { first { $0["CN"]?.text == command } }
}
