import Telemetry
import Testing

@testable import Protocol

@Suite struct CentreExecutionTests {
    private typealias Bench = CentreBench

    private func opened(_ edition: Edition = .hj2017) -> CentreBench {
        var bench = Bench(edition)
        bench.open()
        return bench
    }

    private func execution(_ actions: [CentreSession.Action]) -> UInt64? {
        for case .execute(let id, _) in actions { return id }
        return nil
    }

    private func complete(
        _ bench: inout CentreBench, _ id: UInt64, _ result: ExecutionResult?, _ data: [FieldMessage] = []
    ) -> [CentreSession.Action] {
        bench.session.complete(id, result: result, data: data, at: bench.now, civil: bench.civil)
    }

    @Test(
        "Every request that is not the session's own is handed out, typed, and ended by 9012",
        arguments: MessageSamples.requestsByEdition)
    func delegated(request: HostRequest, edition: Edition) throws {
        var bench = Bench(edition) { configuration, settings in settings.mn = MessageSamples.station(edition).mn }
        bench.open()
        let packet = try request.packet(to: MessageSamples.station(edition), qn: "20240601085857223")
        let actions = bench.receive(try #require(FrameEncoder.frame(packet)))
        #expect(Bench.sent(actions).first.map { $0.contains("CN=9011") || $0.contains("CN=9013") } == true)
        guard let id = execution(actions) else {
            let isOver = Bench.sent(actions).last.map { $0.contains("CN=9012") || $0.contains("CN=9013") }
            #expect(isOver == true)
            return
        }
        #expect(actions.contains(.execute(id, request)))
        let end = Bench.sent(complete(&bench, id, .failed))
        #expect(end.count == 1)
        #expect(end.first.flatMap { Answer(Packet(segment: Array($0.utf8)[...])) }?.content == .execution(.failed))
        #expect(complete(&bench, id, .success).isEmpty)
    }

    @Test("The analyser's clock comes before 9012, with the request's QN")
    func direct() throws {
        var bench = opened()
        let id = try #require(execution(bench.request(1011, "PolId=w01018")))
        let actions = complete(&bench, id, .success, [.time(MessageSamples.noon, factor: "w01018")])
        #expect(Bench.brief(actions) == ["1011 PolId=w01018;SystemTime=20240601120000", "9012 ExeRtn=1"])
        #expect(Bench.sent(actions).allSatisfy { $0.hasPrefix("QN=20240601085857223;") })
    }

    @Test("History is acknowledged packet by packet before 9012")
    func history() throws {
        var bench = opened()
        let id = try #require(
            execution(bench.request(2051, "BeginTime=20240601120000;EndTime=20240601130000")))
        var sent = Bench.sent(complete(&bench, id, .success, [Bench.record(1, factors: 100), Bench.record(2)]))
        var numbers: [String] = []
        for _ in 0..<4 {
            #expect(sent.count == 1)
            let packet = Packet(segment: Array(try #require(sent.first).utf8)[...])
            #expect(packet.cn == .minute && packet["RF"] == nil && packet.qn != "20240601085857223")
            numbers.append(packet["PNO"]?.text ?? "-")
            sent = Bench.sent(bench.answer(sent[0]))
            if sent.first?.contains("CN=9012") == true { break }
        }
        #expect(numbers == ["1", "2", "-"])
        #expect(sent.map { $0.hasSuffix("ExeRtn=1&&") } == [true])
    }

    @Test("History in portions: the owner is asked for more")
    func portions() throws {
        var bench = opened()
        let id = try #require(
            execution(bench.request(2061, "BeginTime=20240601120000;EndTime=20240601130000")))
        var actions = bench.session.supply(id, [Bench.record(1)], at: bench.now, civil: bench.civil)
        #expect(Bench.told(actions).isEmpty)
        actions = bench.answer(Bench.sent(actions)[0])
        #expect(actions == [.wantsMore(id)])
        actions = complete(&bench, id, .success, [Bench.record(2)])
        actions = bench.answer(Bench.sent(actions)[0])
        #expect(Bench.brief(actions) == ["9012 ExeRtn=1"])
    }

    @Test("Nothing found is a result of its own")
    func noData() throws {
        var bench = opened()
        let id = try #require(
            execution(bench.request(2051, "BeginTime=20160801084000;EndTime=20160801084000")))
        #expect(Bench.brief(complete(&bench, id, .success)) == ["9012 ExeRtn=100"])
        let sample = try #require(execution(bench.request(3012, "PolId=w01018")))
        #expect(Bench.brief(complete(&bench, sample, .success)) == ["9012 ExeRtn=1"])
    }

    @Test("A host that does not acknowledge history gets a time-out")
    func historyTimeout() throws {
        var bench = opened()
        let id = try #require(
            execution(bench.request(2051, "BeginTime=20240601120000;EndTime=20240601130000")))
        _ = complete(&bench, id, .success, [Bench.record(1), Bench.record(2)])
        var actions: [CentreSession.Action] = []
        for second in 1..<40 {
            _ = bench.request(1061, qn: String(20_240_601_000_000_000 + second))
            actions += bench.pass(.seconds(1))
        }
        #expect(Bench.brief(actions).count { $0.hasPrefix("2051") } == 3)
        actions = bench.pass(.seconds(1))
        #expect(Bench.brief(actions) == ["9012 ExeRtn=4"])
        #expect(bench.session.link == .up)
    }

    @Test("An owner that takes too long gets a time-out too")
    func ownerTimeout() throws {
        for (edition, code) in [(Edition.hj2017, "9012 ExeRtn=4"), (.hj2005, "9012 QN=20240601085857223;ExeRtn=2")] {
            var bench = opened(edition)
            let id = try #require(execution(bench.request(3012, "PolId=w01018")))
            #expect(bench.pass(.seconds(59)).isEmpty)
            #expect(bench.session.nextDeadline == bench.now + .seconds(1))
            #expect(Bench.brief(bench.pass(.seconds(1))) == [code])
            #expect(complete(&bench, id, .success).isEmpty)
            #expect(bench.session.nextDeadline == nil)
        }
    }

    @Test("The same frame again gets the same answers and is not executed again")
    func duplicates() throws {
        var bench = opened()
        let first = bench.request(1011, "PolId=w01018")
        let id = try #require(execution(first))
        #expect(bench.request(1011, "PolId=w01018") == first.filter { $0 != .execute(id, .getTime(factor: "w01018")) })
        let end = complete(&bench, id, .success, [.time(MessageSamples.noon, factor: "w01018")])
        let again = bench.request(1011, "PolId=w01018")
        #expect(again == Array(first.prefix(1)) + end)
        #expect(bench.session.counters.repeatedRequests == 2)
        // With another QN it is another request; and so it is after a while, as hosts exist whose QN stands still.
        #expect(execution(bench.request(1011, "PolId=w01018", qn: "20240601085857224")) == 2)
        _ = bench.pass(.seconds(81))
        #expect(execution(bench.request(1011, "PolId=w01018")) == 3)
    }

    @Test("More requests than may run are told that the machine is busy")
    func busy() {
        var bench = opened()
        for index in 0..<4 {
            #expect(execution(bench.request(3012, "PolId=w01018", qn: String(20_240_601_085_857_000 + index))) != nil)
        }
        #expect(Bench.brief(bench.request(3012, "PolId=w01018")) == ["9011 QnRtn=1", "9012 ExeRtn=5"])
    }

    @Test("What runs ends with the connection")
    func disconnected() throws {
        var bench = opened()
        let id = try #require(execution(bench.request(3012, "PolId=w01018")))
        #expect(bench.disconnect().isEmpty)
        #expect(complete(&bench, id, .success).isEmpty)
        _ = bench.connect()
        #expect(complete(&bench, id, .success).isEmpty)
    }

    @Test("A message that the edition does not have is a fault of the system")
    func impossible() throws {
        var bench = opened()
        let id = try #require(execution(bench.request(3012, "PolId=w01018")))
        #expect(Bench.brief(complete(&bench, id, .success, [.hostAddress("1")])) == ["9012 ExeRtn=6"])
    }
}
