import Alarms
import GatewayCore
import Telemetry
import Testing

@Suite struct UplinkGapScanTests {
    private static let start = WallInstant(millisecondsSince1970: 1_795_190_400_000)

    private func at(_ minute: Double) -> WallInstant { Self.start + .milliseconds(Int64(minute * 60_000)) }

    private func alarm(
        _ state: String, since: Double, at time: Double, rule: String = "D6", uplink: String = "province"
    ) -> [UInt8] {
        let (since, time) = (self.at(since).millisecondsSince1970, self.at(time).millisecondsSince1970)
        return Array(
            """
            {"ts":\(time),"alarm":{"id":"\(uplink).\(rule).\(since)","rule":"\(rule)","state":"\(state)",\
            "source":"\(uplink)","since":\(since)}}
            """.utf8)
    }

    /// As `from..<to reason refilled`, in minutes.
    private func lines(_ scan: UplinkGapScan, until end: Double = 60) -> [String] {
        scan.finish(at: at(end)).map { gap in
            func minute(_ instant: WallInstant) -> Int64 { (instant - Self.start).wholeMilliseconds / 60_000 }
            let refilled = gap.refilledLength.wholeMilliseconds / 60_000
            return "\(minute(gap.from))..<\(minute(gap.to ?? gap.reached)) \(gap.reason) \(refilled)"
        }
    }

    private func scan(_ alarms: [[UInt8]], owes owed: [Double] = []) -> UplinkGapScan {
        var scan = UplinkGapScan(uplink: "province", from: Self.start)
        alarms.forEach { scan.take(alarm: $0) }
        owed.forEach { scan.owes(from: at($0), to: at($0 + 1)) }
        return scan
    }

    @Test("an outage is a gap from its first minute to its last, refilled when nothing of it is owed")
    func outage() {
        let alarms = [
            alarm("raised", since: 10.5, at: 11.5), alarm("updated", since: 10.5, at: 20.5),
            alarm("cleared", since: 10.5, at: 25.2),
        ]
        #expect(lines(scan(alarms)) == ["10..<26 uplink down 16"])
        #expect(lines(scan(alarms, owes: [24, 25])) == ["10..<26 uplink down 14"])
    }

    @Test("an outage without an end, and one that began the day before")
    func open() {
        #expect(lines(scan([alarm("raised", since: 50, at: 51)], owes: [50, 51])) == ["50..<60 uplink down 8"])
        let before = [alarm("raised", since: -300, at: -299), alarm("cleared", since: -300, at: 3)]
        #expect(lines(scan(before)) == ["0..<3 uplink down 3"])
        let past = [alarm("raised", since: -300, at: -299), alarm("cleared", since: -300, at: -200)]
        #expect(lines(scan(past)).isEmpty)
    }

    @Test("what is owed without an outage is a gap too; an hour's record is about sixty minutes")
    func owed() {
        #expect(lines(scan([], owes: [3, 4, 9])) == ["3..<5 not acknowledged 0", "9..<10 not acknowledged 0"])
        var hour = scan([])
        hour.owes(from: at(0), to: at(60))
        #expect(lines(hour, until: 120) == ["0..<60 not acknowledged 0"])
    }

    @Test("other rules, other uplinks and damaged records say nothing")
    func others() {
        let alarms = [
            alarm("raised", since: 1, at: 2, rule: "D7"), alarm("raised", since: 1, at: 2, uplink: "city"),
            Array(#"{"ts":1,"alarm":{"rule":"D6"}}"#.utf8), Array("{".utf8), [],
        ]
        #expect(lines(scan(alarms)).isEmpty)
    }
}
