import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// Sessions against a host whose answers get lost, come twice and come late.
@Suite struct CentreLossTests {
    /// Counts uploads as a platform does: by MN and QN.
    private struct Host {
        var seen: Set<FieldText> = []
        var parts: [String: Set<String>] = [:]

        /// Which record it is, by the value of its factors.
        mutating func take(_ packet: Packet) {
            guard packet.cn == .minute, let qn = packet.qn, seen.insert(qn).inserted else { return }
            let id = packet.cp.pairs.last?.value.text ?? ""
            let isNew = parts[id, default: []].insert(packet["PNO"]?.text ?? "1").inserted
            #expect(isNew, "record \(id) was counted twice")
        }
    }

    @Test("Every record ends once, and what was delivered is at the host exactly once")
    func losses() {
        var random = SeededGenerator()
        for _ in 0..<150 {
            run(&random)
        }
    }

    private func run(_ random: inout SeededGenerator) {
        let edition = [Edition.hj2005, .hj2017, .hj2025].randomElement(using: &random) ?? .hj2017
        let loss = Double.random(in: 0...0.7, using: &random)
        var bench = CentreBench(edition) { configuration, _ in
            configuration.heartbeatInterval = .seconds(20)
            configuration.window = 3
        }
        var host = Host()
        var fates: [UInt64: [CentreSession.Action]] = [:]
        var delayed: [[UInt8]] = []
        var next: UInt64 = 1
        var sizes: [UInt64: Int] = [:]
        var pending = bench.connect()

        func settle(_ bench: inout CentreBench, _ random: inout SeededGenerator) {
            var guardCount = 0
            while !pending.isEmpty, guardCount < 10_000 {
                guardCount += 1
                switch pending.removeFirst() {
                case .send(let bytes):
                    guard Double.random(in: 0...1, using: &random) > loss / 2,
                        let frame = scan(bytes).first?.frame
                    else { continue }
                    let packet = Packet(segment: frame.segment)
                    host.take(packet)
                    guard let answer = packet.hostAnswer.flatMap({ FrameEncoder.frame($0) }) else { continue }
                    switch Double.random(in: 0...1, using: &random) {
                    case ..<loss: continue
                    case 0.9...: delayed.append(answer)
                    case 0.8...: pending += bench.receive(answer + answer)
                    default: pending += bench.receive(answer)
                    }
                case .delivered(let id): fates[id, default: []].append(.delivered(id))
                case .notDelivered(let id): fates[id, default: []].append(.notDelivered(id))
                case .linkDead:
                    pending += bench.disconnect()
                    pending += bench.connect()
                default: continue
                }
            }
        }

        for _ in 0..<60 {
            settle(&bench, &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let factors = [1, 1, 1, 80].randomElement(using: &random) ?? 1
                sizes[next] = factors
                pending += bench.upload(
                    next, CentreBench.record(next, factors: factors), isBackfill: Bool.random(using: &random))
                next += 1
            case 1 where !delayed.isEmpty: pending += bench.receive(delayed.removeFirst())
            case 2:
                pending += bench.request(1061, qn: String(20_240_601_000_000_000 + Int(next)))
            default: pending += bench.pass(.seconds(Int.random(in: 1...12, using: &random)))
            }
        }
        settle(&bench, &random)
        pending += bench.disconnect()
        settle(&bench, &random)
        for id in 1..<next {
            #expect(fates[id]?.count == 1, "record \(id): \(fates[id] ?? []) \(random) \(edition.name)")
            guard fates[id] == [.delivered(id)] else { continue }
            let parts = host.parts[String(id)]?.count ?? 0
            #expect(parts == (sizes[id] == 1 ? 1 : parts) && parts > (sizes[id] == 1 ? 0 : 1), "\(random)")
        }
    }

    @Test("Random bytes between requests do no harm")
    func noise() {
        var random = SeededGenerator()
        var bench = CentreBench()
        bench.open()
        var answers = 0
        for index in 0..<300 {
            let noise = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = bench.receive(noise)
            _ = bench.pass(.seconds(11))
            let actions = bench.request(1061, qn: String(20_240_601_000_000_000 + index))
            answers += CentreBench.brief(actions).count { $0 == "1061 RtdInterval=30" }
        }
        #expect(answers == 300, "\(random)")
    }
}
