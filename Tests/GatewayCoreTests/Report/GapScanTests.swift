import Alarms
import GatewayCore
import Telemetry
import Testing

@Suite struct GapScanTests {
    private static let start = WallInstant(millisecondsSince1970: 1_795_190_400_000)

    /// The body of a minute record; a factor without a value has the reason in `errors`.
    private func body(_ minute: Int, _ values: [String: Double?], error: String? = nil, flag: String = "D") -> [UInt8] {
        let data = values.sorted { $0.key < $1.key }.map { code, value in
            value.map { "\"\(code)\":{\"Avg\":\($0),\"Flag\":\"N\"}" } ?? "\"\(code)\":{\"Flag\":\"\(flag)\"}"
        }
        let missing = values.filter { $0.value == nil }.keys.sorted()
        let errors = error.map { text in
            ",\"errors\":{" + missing.map { "\"\($0)\":\"\(text)\"" }.joined(separator: ",") + "}"
        }
        let ts = Self.start.millisecondsSince1970 + Int64(minute) * 60_000
        return Array("{\"ts\":\(ts),\"period\":60,\"data\":{\(data.joined(separator: ","))}\(errors ?? "")}".utf8)
    }

    private func minute(_ gap: DataGap) -> Range<Int> {
        func minutes(_ instant: WallInstant) -> Int { Int((instant - Self.start).wholeMilliseconds / 60_000) }
        return minutes(gap.from)..<minutes(gap.to ?? gap.reached)
    }

    private func end(_ minute: Int) -> WallInstant { Self.start + .seconds(60 * minute) }

    @Test("a minute without a number is missing, one after the other is one gap, with the reason of the first")
    func missing() {
        var scan = GapScan(outlet: "s", codes: ["a", "b"], from: Self.start)
        for index in 0..<10 {
            let isThere = !(3..<6).contains(index)
            scan.take([body(index, ["a": isThere ? 1 : nil, "b": 2], error: index == 3 ? "timeout" : "crc")])
        }
        let gaps = scan.finish(at: end(10))
        #expect(gaps.map(\.subject) == [GapSubject(outlet: "s", factor: "a")])
        #expect(gaps.map(minute) == [3..<6])
        #expect(gaps.map(\.reason) == ["timeout"])
    }

    @Test("what has no record is missing: before the first, between two, after the last")
    func holes() {
        var scan = GapScan(outlet: "s", codes: ["a"], from: Self.start)
        for index in [2, 3, 7, 8] { scan.take([body(index, ["a": 1])]) }
        let gaps = scan.finish(at: end(12))
        #expect(gaps.map(minute) == [0..<2, 4..<7, 9..<12])
        #expect(Set(gaps.map(\.reason)) == ["no record"])
    }

    @Test("a number that was delivered later refills its minute, and the gap says how much")
    func refilled() {
        var scan = GapScan(outlet: "s", codes: ["a"], from: Self.start)
        scan.take([body(0, ["a": nil], flag: "B"), body(0, ["a": 5])])
        scan.take([body(1, ["a": nil])])
        scan.take([body(2, ["a": 1])])
        let gaps = scan.finish(at: end(3))
        #expect(gaps.map(minute) == [0..<2])
        #expect(gaps.first?.reason == "flag B")
        #expect(gaps.first?.refilledLength == .seconds(60))
    }

    @Test("a whole day has no gap; damaged and repeated records change nothing")
    func whole() {
        var scan = GapScan(outlet: "s", codes: ["a"], from: Self.start)
        for index in 0..<60 {
            scan.take([body(index, ["a": 1])])
            scan.take([body(index, ["a": nil])])
            scan.take([Array("{\"ts\":1".utf8)])
            scan.take([Array("{\"ts\":9999999999999,\"period\":-1}".utf8)])
            scan.take([])
        }
        #expect(scan.finish(at: end(60)).isEmpty)
    }
}
