import Telemetry
import Testing

@testable import GatewayCore

/// Lets a test ask within an expectation.
private final class Box {
    private var replay: UplinkReplay

    init(_ sequences: [Int64], window: Int, rate: Int) {
        replay = UplinkReplay(sequences, window: window, rate: rate, at: .zero)
    }

    var sent: Int { replay.sent }
    func next(at now: Uptime) -> UplinkReplay.Step { replay.next(at: now) }
    func handedOver(_ sequence: Int64) { replay.handedOver(sequence) }
    func acknowledged(_ sequence: Int64) { replay.acknowledged(sequence) }
    func renewed() { replay.renewed() }
    func connectionEnded() -> Bool { replay.connectionEnded() }
}

@Suite("A replay")
struct UplinkReplayTests {
    @Test("sends everything once, in order, within its window")
    func complete() {
        let replay = Box(Array(10..<60), window: 4, rate: 10_000)
        var sent: [Int64] = []
        var now = Uptime.zero
        var flying: [Int64] = []
        loop: for _ in 0..<1_000 {
            now = now + .milliseconds(10)
            switch replay.next(at: now) {
            case .send(let batch):
                for sequence in batch { replay.handedOver(sequence) }
                sent += batch
                flying += batch
                #expect(flying.count <= 4)
            case .wait:
                if !flying.isEmpty { replay.acknowledged(flying.removeFirst()) }
            case .finished: break loop
            }
        }
        #expect(sent == Array(10..<60) && flying.isEmpty && replay.sent == 50)
        #expect(replay.next(at: now) == .finished)
    }

    @Test("keeps to its rate")
    func rate() {
        let replay = Box(Array(1...1_000), window: 20, rate: 100)
        var count = 0
        for millisecond in 0..<2_000 {
            let now = Uptime.zero + .milliseconds(millisecond)
            if case .send(let batch) = replay.next(at: now) {
                count += batch.count
                for sequence in batch {
                    replay.handedOver(sequence)
                    replay.acknowledged(sequence)
                }
            }
        }
        // Two seconds, and the bucket that was full at first.
        #expect((190...211).contains(count), "\(count)")
    }

    @Test("what a client forgot is sent again, and what nobody handed over is not waited for")
    func renewal() {
        let replay = Box([1, 2, 3, 4], window: 4, rate: 10_000)
        #expect(replay.next(at: .zero) == .send([1, 2, 3, 4]))
        replay.handedOver(1)
        replay.handedOver(4)
        replay.renewed()
        #expect(replay.next(at: .zero + .seconds(1)) == .send([1, 4]))
        replay.handedOver(1)
        #expect(replay.next(at: .zero + .seconds(1)) == .wait(until: .never))
        replay.acknowledged(1)
        replay.acknowledged(9)
        #expect(replay.next(at: .zero + .seconds(1)) == .finished)
    }

    @Test("is given up after three connections in a row that ended without an acknowledgement")
    func patience() {
        let replay = Box([1, 2, 3, 4], window: 2, rate: 10_000)
        #expect(!replay.connectionEnded())
        #expect(replay.next(at: .zero) == .send([1, 2]))
        replay.handedOver(1)
        replay.handedOver(2)
        #expect(!replay.connectionEnded() && !replay.connectionEnded())
        replay.acknowledged(1)
        #expect(!replay.connectionEnded() && !replay.connectionEnded())
        #expect(replay.connectionEnded())
    }

    @Test("has a bound")
    func bound() {
        #expect(UplinkReplay(Array(1...200_000), window: 1, rate: 1, at: .zero).total == UplinkReplay.mostRecords)
    }
}
