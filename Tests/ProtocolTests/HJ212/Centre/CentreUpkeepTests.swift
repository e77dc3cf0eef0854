import Cipher
import Telemetry
import Testing

@testable import Protocol

@Suite struct CentreUpkeepTests {
    private typealias Bench = CentreBench

    private static let hardware = HardwareNumbers(
        logger: "6970000000001ABCDEFG1234", processor: "A800200A8C6D",
        networkAddresses: ["E86A643C7BBC", "A763742C1AE1"])

    @Test("A logger without MN registers, is given one and then works")
    func registration() throws {
        var bench = Bench(.hj2025) { configuration, settings in
            configuration.hardware = Self.hardware
            settings.mn = ""
        }
        let first = Bench.sent(bench.connect())
        #expect(first.count == 1)
        #expect(
            first[0].hasSuffix(
                ";ST=32;CN=1001;PW=123456;MN=;Flag=9;CP=&&i23005-Info=6970000000001ABCDEFG1234;"
                    + "i23006-Info=A800200A8C6D;i23007-Info=E86A643C7BBC;i23008-Info=A763742C1AE1&&"))
        #expect(bench.upload(1).isEmpty)
        #expect(bench.answer(first[0]).isEmpty)
        #expect(bench.session.nextDeadline == bench.now + .seconds(60))
        #expect(Bench.brief(bench.receive(Bench.segment(1061, "", mn: "", flag: 9))) == ["9011 QnRtn=4"])
        let again = Bench.sent(bench.pass(.seconds(60)))
        #expect(again.first?.contains("CN=1001") == true)
        _ = bench.answer(again[0])
        let actions = bench.receive(Bench.segment(1002, "i23005-Info=\(Bench.mn)", mn: "", flag: 9))
        #expect(Bench.brief(actions).prefix(2) == ["9011 QnRtn=1", "9012 ExeRtn=1"])
        #expect(Bench.sent(actions).prefix(2).allSatisfy { $0.contains("MN=;") })
        #expect(Bench.told(actions).contains(.settingsChanged(bench.session.settings)))
        #expect(bench.session.settings.mn.text == Bench.mn)
        // Then the start and what waited.
        #expect(Bench.brief(actions).dropFirst(2).map { $0.prefix(4) } == ["2081", "2051"])
        // The answer was lost and the host sends again: with the old MN, yet the same request.
        let repeated = bench.receive(Bench.segment(1002, "i23005-Info=\(Bench.mn)", mn: "", flag: 9))
        #expect(Bench.brief(repeated) == ["9011 QnRtn=1", "9012 ExeRtn=1"])
    }

    @Test("Without hardware numbers nothing is registered and nothing is due")
    func unregistered() {
        var bench = Bench(.hj2025) { _, settings in settings.mn = "" }
        #expect(bench.connect().isEmpty)
        #expect(bench.session.nextDeadline == nil)
    }

    private func beating() -> CentreBench {
        var bench = Bench(.hj2025) { configuration, _ in configuration.heartbeatInterval = .seconds(60) }
        bench.open()
        return bench
    }

    @Test("A heartbeat is sent while nothing else is, and its answers keep the link")
    func heartbeat() {
        var bench = beating()
        for _ in 0..<3 {
            #expect(bench.session.nextDeadline == bench.now + .seconds(60))
            #expect(bench.pass(.seconds(59)).isEmpty)
            let sent = Bench.sent(bench.pass(.seconds(1)))
            #expect(sent.count == 1)
            #expect(sent[0].hasSuffix(";ST=32;CN=9015;PW=123456;MN=\(Bench.mn);Flag=9;CP=&&&&"))
            #expect(bench.answer(sent[0]).isEmpty)
        }
        _ = bench.pass(.seconds(30))
        let upload = Bench.sent(bench.upload(1))
        _ = bench.answer(upload[0])
        #expect(bench.pass(.seconds(59)).isEmpty)
        #expect(Bench.sent(bench.pass(.seconds(1))).count == 1)
    }

    @Test("A heartbeat without answer ends in a dead link")
    func silent() {
        var bench = beating()
        var actions: [CentreSession.Action] = []
        for _ in 0..<10 { actions += bench.pass(.seconds(10)) }
        #expect(Bench.sent(actions).count == 4)
        #expect(Bench.told(actions) == [.linkDead])
    }

    @Test("2017 has no heartbeat")
    func noHeartbeat() {
        var bench = Bench(.hj2017) { configuration, _ in configuration.heartbeatInterval = .seconds(60) }
        bench.open()
        #expect(bench.session.nextDeadline == nil)
        #expect(bench.pass(.seconds(600)).isEmpty)
    }

    private func keyed(age days: Int64) -> CentreBench {
        var bench = Bench(.hj2025)
        let created = CivilTime(localMilliseconds: bench.civil.localMilliseconds - days * 86_400_000 - 1)
        bench.session = CentreSession(
            bench.session.configuration, settings: bench.session.settings,
            key: CentreKey("0000000000000000", createdAt: created))
        return bench
    }

    private func plain(_ actions: [CentreSession.Action], _ key: String) throws -> [String] {
        let key = try #require(SM4Key(Array(key.utf8)))
        return actions.compactMap { action in
            guard case .send(var bytes) = action else { return nil }
            guard let area = Packet.dataArea(of: bytes[6...]) else { return nil }
            bytes.replaceSubrange(area.indices, with: key.decrypt(area))
            return scan(bytes).first?.frame.map { String(decoding: $0.segment, as: UTF8.self) } ?? "not a frame"
        }
    }

    @Test("With a key, data are encrypted and answers are not")
    func encrypted() throws {
        var bench = keyed(age: 0)
        let start = try plain(bench.connect(), "0000000000000000")
        #expect(start.first?.contains("CN=2081") == true)
        let upload = bench.upload(1)
        #expect(Bench.sent(upload) == ["not a frame"])
        let segment = try plain(upload, "0000000000000000")
        #expect(segment.first?.hasSuffix("CP=&&DataTime=20240601120000;w10000-Avg=1&&") == true)
        #expect(bench.answer(segment[0]) == [.delivered(1)])
        #expect(Bench.brief(bench.request(1061)) == ["9011 QnRtn=1", "1061 RtdInterval=30", "9012 ExeRtn=1"])
    }

    @Test("A new key is asked for after 90 days, once a day")
    func keyRequest() throws {
        var young = keyed(age: 89)
        #expect(young.connect().count == 1)
        var bench = keyed(age: 90)
        let sent = try plain(bench.connect(), "0000000000000000")
        #expect(sent.count == 2)
        let created = try #require(bench.session.key?.createdAt.compactWithMilliseconds)
        #expect(sent[1].hasSuffix("CN=1014;PW=123456;MN=\(Bench.mn);Flag=9;CP=&&SKCreateTime=\(created)&&"))
        for segment in sent { _ = bench.answer(segment) }
        #expect(bench.upload(1).count == 1)
    }

    @Test("A new key arrives in plain or under the old key, and is used from then on", arguments: [false, true])
    func keyChange(isEncrypted: Bool) throws {
        var bench = keyed(age: 90)
        for segment in try plain(bench.connect(), "0000000000000000") { _ = bench.answer(segment) }
        func change(_ key: String, under old: String, qn: String) throws -> [CentreSession.Action] {
            let segment = Array(
                Bench.segment(1014, "SKCreateTime=20240601085857223,NewSK=\(key)", qn: qn, flag: 9).utf8)
            let frame =
                isEncrypted
                ? FrameEncoder.encryptedFrame(
                    segment: segment, key: try #require(SM4Key(Array(old.utf8))), form: .raw)
                : FrameEncoder.frame(segment: segment)
            return bench.receive(try #require(frame))
        }
        let actions = try change("abcdefghijklmnop", under: "0000000000000000", qn: "20240601085857223")
        #expect(Bench.brief(actions) == ["9011 QnRtn=1", "9012 ExeRtn=1"])
        let key = try #require(
            CentreKey("abcdefghijklmnop", createdAt: MessageSamples.time("20240601085857223")))
        #expect(Bench.told(actions) == [.keyChanged(key)])
        #expect(try plain(bench.upload(1), "abcdefghijklmnop").first?.contains("w10000-Avg=1") == true)
        // The host has not noticed yet that its key was taken.
        let next = try change("ponmlkjihgfedcba", under: "0000000000000000", qn: "20240601085857224")
        #expect(Bench.brief(next) == ["9011 QnRtn=1", "9012 ExeRtn=1"])
        #expect(bench.session.key?.secret == "ponmlkjihgfedcba")
        let last = try change("0123456789abcdef", under: "ponmlkjihgfedcba", qn: "20240601085857225")
        #expect(Bench.brief(last) == ["9011 QnRtn=1", "9012 ExeRtn=1"])
        guard isEncrypted else { return }
        // Two changes later a key is worth nothing.
        _ = try change("fedcba9876543210", under: "abcdefghijklmnop", qn: "20240601085857226")
        #expect(bench.session.key?.secret == "0123456789abcdef")
    }

    @Test("A key of another length is refused and nothing changes")
    func wrongKey() throws {
        var bench = keyed(age: 0)
        _ = bench.connect()
        let actions = bench.receive(
            Bench.segment(1014, "SKCreateTime=20240601085857223,NewSK=short", flag: 9))
        #expect(Bench.brief(actions) == ["9011 QnRtn=1", "9012 ExeRtn=3"])
        #expect(bench.session.key?.secret == "0000000000000000")
    }

    @Test("Neither key nor password shows itself")
    func secrets() throws {
        let bench = keyed(age: 0)
        var dumped = ""
        dump(bench.session.key, to: &dumped)
        dump(bench.session.settings, to: &dumped)
        dumped += "\(bench.session.settings) \(String(describing: bench.session.key))"
        #expect(!dumped.contains("123456") && !dumped.contains("0000000000000000"))
    }
}
