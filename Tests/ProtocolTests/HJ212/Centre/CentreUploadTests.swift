import Telemetry
import TestSupport
import Testing

@testable import Protocol

@Suite struct CentreUploadTests {
    private typealias Bench = CentreBench

    private func opened(
        _ edition: Edition = .hj2017, change: (inout CentreConfiguration, inout CentreSettings) -> Void = { _, _ in }
    ) -> CentreBench {
        var bench = Bench(edition, change: change)
        bench.open()
        return bench
    }

    @Test("The start is reported first, once it is acknowledged never again")
    func start() {
        var bench = Bench()
        let sent = Bench.sent(bench.connect())
        #expect(sent.count == 1)
        #expect(
            sent.first?.hasSuffix("Flag=5;CP=&&DataTime=20240601081640;RestartTime=20240601075500&&") == true)
        _ = bench.disconnect()
        let again = Bench.sent(bench.connect())
        #expect(again.first?.contains("CN=2081") == true)
        _ = bench.answer(again[0])
        _ = bench.disconnect()
        #expect(bench.connect().isEmpty)
        var old = Bench(.hj2005)
        #expect(old.connect().isEmpty)
    }

    @Test("An acknowledged record is delivered, once")
    func delivered() {
        for edition in MessageSamples.stations.keys {
            var bench = opened(edition)
            let sent = Bench.sent(bench.upload(7))
            #expect(sent.count == 1)
            #expect(bench.answer(sent[0]) == [.delivered(7)])
            #expect(bench.answer(sent[0]).isEmpty)
            #expect(bench.session.nextDeadline == nil)
        }
    }

    static let answers = [
        "QN={};ST=32;CN=9014;MN=010000A8900016F000169DC0;Flag=5;CP=&&QnRtn=1&&", "QN={};CN=9013;CP=&&&&",
        "ST=91;CN=9014;PW=;MN=010000A8900016F000169DC0;CP=&&QN={}&&",
    ]

    @Test("Answers of real hosts are understood", arguments: answers)
    func tolerant(answer: String) throws {
        var bench = opened()
        let sent = Bench.sent(bench.upload(7))
        let qn = try #require(Packet(segment: Array(sent[0].utf8)[...]).qn?.text)
        #expect(bench.receive(answer.replacing("{}", with: qn)) == [.delivered(7)])
    }

    @Test("An answer for another device or packet delivers nothing")
    func foreign() throws {
        var bench = opened()
        let sent = Bench.sent(bench.upload(7))
        let qn = try #require(Packet(segment: Array(sent[0].utf8)[...]).qn?.text)
        #expect(bench.receive("QN=\(qn);ST=91;CN=9014;MN=N;Flag=4;CP=&&&&").isEmpty)
        #expect(bench.receive("QN=1;ST=91;CN=9014;Flag=4;CP=&&&&").isEmpty)
        #expect(bench.receive("ST=91;CN=9014;Flag=4;CP=&&&&").isEmpty)
    }

    @Test("Without an answer the same frame is sent again, then the record is not delivered and the link dead")
    func resends() {
        var bench = opened()
        let first = bench.upload(7)
        for _ in 0..<3 {
            #expect(bench.session.nextDeadline == bench.now + .seconds(10))
            #expect(bench.pass(.seconds(9)).isEmpty)
            #expect(bench.pass(.seconds(1)) == first)
        }
        _ = bench.pass(.seconds(9))
        #expect(bench.pass(.seconds(1)) == [.notDelivered(7), .linkDead])
        #expect(bench.session.link == .dead)
        #expect(bench.session.nextDeadline == nil)
        #expect(bench.upload(8) == [.notDelivered(8)])
        #expect(bench.disconnect().isEmpty)
        #expect(bench.connect().isEmpty)
        #expect(Bench.sent(bench.upload(9)).count == 1)
    }

    @Test("The host sets time-out and resends")
    func timeouts() {
        var bench = opened()
        _ = bench.request(1000, "OverTime=2;ReCount=1")
        _ = bench.upload(7)
        #expect(bench.pass(.milliseconds(1_999)).isEmpty)
        #expect(Bench.sent(bench.pass(.milliseconds(1))).count == 1)
        #expect(bench.pass(.seconds(2)) == [.notDelivered(7), .linkDead])
    }

    @Test("A host that answers others is not dead")
    func oneLost() {
        var bench = opened()
        _ = bench.upload(7)
        let other = Bench.sent(bench.upload(8))[0]
        _ = bench.pass(.seconds(5))
        #expect(bench.answer(other) == [.delivered(8)])
        var actions: [CentreSession.Action] = []
        for _ in 0..<4 { actions += Bench.told(bench.pass(.seconds(10))) }
        #expect(actions == [.notDelivered(7)])
        #expect(bench.session.link == .up)
    }

    @Test("All that waits is not delivered when the link dies or ends", arguments: [true, false])
    func givenUp(dies: Bool) {
        var bench = opened()
        for id in 1...6 { _ = bench.upload(UInt64(id)) }
        for id in 7...9 { _ = bench.upload(UInt64(id), isBackfill: true) }
        var actions: [CentreSession.Action] = []
        if dies {
            for _ in 0..<4 { actions += bench.pass(.seconds(10)) }
        } else {
            actions = bench.disconnect()
        }
        let lost = actions.compactMap { if case .notDelivered(let id) = $0 { id } else { nil } }
        #expect(lost.sorted() == Array(1...9))
        #expect(bench.disconnect().isEmpty)
    }

    @Test("Live records pass those of the past, and are not stopped by one that waits")
    func priority() {
        var bench = opened(.hj2025)
        let old = Bench.sent(bench.upload(1, isBackfill: true))
        #expect(old.first?.contains(";RF=1;CP=") == true)
        #expect(bench.upload(2, isBackfill: true).isEmpty)
        var live: [String] = []
        for id in 3...6 { live += Bench.sent(bench.upload(UInt64(id))) }
        #expect(live.count == 4)
        #expect(live.allSatisfy { !$0.contains("RF=") })
        #expect(bench.upload(7).isEmpty)
        // The past goes on only when no live record waits to be sent.
        #expect(bench.answer(old[0]) == [.delivered(1)])
        let next = bench.answer(live[0])
        #expect(Bench.told(next) == [.delivered(3)])
        #expect(Bench.sent(next).map { $0.contains("RF=1") } == [false, true])
    }

    @Test("The parts of a split record follow one another, each acknowledged")
    func split() throws {
        for edition in MessageSamples.stations.keys {
            var bench = opened(edition)
            var actions = bench.upload(7, Bench.record(7, factors: 200))
            var parts: [Packet] = []
            while let segment = Bench.sent(actions).first {
                #expect(actions.count == 1)
                parts.append(Packet(segment: Array(segment.utf8)[...]))
                actions = bench.answer(segment)
                #expect(parts.count < 10)
            }
            #expect(actions == [.delivered(7)])
            #expect(parts.count > 2)
            #expect(parts.compactMap(\.pno) == Array(1...parts.count))
            #expect(Set(parts.compactMap(\.qn)).count == parts.count)
            #expect(parts.flatMap { $0.cp.pairs.dropFirst() }.count == 200)
        }
    }

    @Test("A lost part is sent again, and the record fails with it")
    func splitLost() {
        var bench = opened()
        let first = Bench.sent(bench.upload(7, Bench.record(7, factors: 100)))[0]
        let second = Bench.sent(bench.answer(first))[0]
        #expect(Bench.sent(bench.pass(.seconds(10))) == [second])
        // The first part's answer, late and again, moves nothing.
        #expect(bench.answer(first).isEmpty)
        #expect(Bench.sent(bench.pass(.seconds(10))) == [second])
        #expect(Bench.sent(bench.pass(.seconds(10))) == [second])
        #expect(bench.pass(.seconds(10)) == [.notDelivered(7)])
    }

    @Test("What no packet can hold is said so")
    func unsendable() {
        var bench = opened(.hj2025)
        #expect(
            bench.upload(7, Bench.record(7, factors: 1_000)) == [.unsendable(7, .tooManyPackets(limit: 9))])
        var old = opened(.hj2005)
        #expect(
            old.upload(7, .minuteInterval(minutes: 10))
                == [.unsendable(7, .notInEdition(CommandCode(rawValue: 1063), .hj2005))])
    }

    @Test("Queues are bounded")
    func bounded() {
        var bench = opened { configuration, _ in
            configuration.liveCapacity = 5
            configuration.backfillCapacity = 2
        }
        var refused: [UInt64] = []
        for id in 1...20 {
            for case .notDelivered(let id) in bench.upload(UInt64(id)) { refused.append(id) }
        }
        #expect(refused == Array(10...20))
        for id in 21...25 {
            for case .notDelivered(let id) in bench.upload(UInt64(id), isBackfill: true) { refused.append(id) }
        }
        #expect(refused.suffix(3) == [23, 24, 25])
    }

    @Test("Without answers a record counts when it is sent")
    func unanswered() {
        var bench = Bench(.hj2005) { configuration, _ in configuration.asksForAnswers = false }
        _ = bench.connect()
        let actions = bench.upload(7)
        #expect(
            Bench.sent(actions) == [
                "ST=32;CN=2051;PW=123456;MN=\(Bench.mn);CP=&&DataTime=20240601120000;w10000-Avg=7&&"
            ])
        #expect(Bench.told(actions) == [.delivered(7)])
        #expect(bench.session.nextDeadline == nil)
    }

    @Test("A record may name its own system")
    func system() {
        var bench = opened()
        let actions = bench.session.upload(1, Bench.record(1), st: "51", at: bench.now, civil: bench.civil)
        #expect(Bench.sent(actions).first?.contains(";ST=51;") == true)
    }
}
