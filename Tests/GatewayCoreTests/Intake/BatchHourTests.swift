import GatewayCore
import Protocol
import Telemetry
import Testing

/// Results of batch analysers and the hours they count in.
@Suite struct BatchHourTests {
    /// An analyser that samples at each full hour of its own clock and repeats the result every five seconds; the result is
    /// the number of that hour. `interruption`: what happens to the gateway meanwhile.
    private func run(
        offset: Duration, instrument: String = "", until end: Duration = .seconds(11_700),
        interruption: (inout WaterSite, _ step: Int) throws -> Void = { _, _ in }
    ) throws -> WaterSite {
        var site = try WaterSite(instrument: instrument)
        site.offset = offset
        for step in 0..<Int(end.wholeMilliseconds / 5_000) {
            let sampled = site.itsTime
            // Frames take their time, and never the same.
            site.pass(.milliseconds([130, 370, 20, 240][step % 4]))
            let hour = String(sampled.compact.prefix(10))
            site.send(
                "DataTime=\(sampled.compact);w01018-SampleTime=\(hour)0000,w01018-Rtd=\(sampled.hour),w01018-Flag=N",
                qn: sampled)
            site.tick()
            try interruption(&site, step)
            site.pass(.milliseconds(5_000 - [130, 370, 20, 240][step % 4]))
        }
        return site
    }

    private func expectHours(
        _ site: WaterSite, _ results: [String: Double], sourceLine: SourceLocation = #_sourceLocation
    ) {
        let hours = site.records(.hour)
        for (hour, result) in results {
            let factor = hours["20261121\(hour)"]?.factors["w01018"]
            #expect(factor?.number("Avg") == result, "\(hour)", sourceLocation: sourceLine)
            #expect(factor?.count == 1, "\(hour)", sourceLocation: sourceLine)
        }
    }

    @Test(
        "A result is in the hour of its SampleTime and counts once, however often it is repeated",
        arguments: [0, 2, -2, 45, -45])
    func plausible(seconds: Int) throws {
        let site = try run(offset: .seconds(seconds))
        expectHours(site, ["11": 11, "12": 12])
        #expect(site.records(.hour).values.allSatisfy { $0.quality.isEmpty })
        #expect(site.remarks.isEmpty)
    }

    @Test(
        "A clock that is off is corrected, and the record says so",
        arguments: [(7_200, "10", 12.0), (-7_200, "10", 8.0), (400, "11", 12.0), (-3_000, "11", 11.0)])
    func wrong(seconds: Int, hour: String, result: Double) throws {
        let site = try run(offset: .seconds(seconds))
        expectHours(site, [hour: result])
        let record = try #require(site.records(.hour)["20261121\(hour)"])
        // The least delay of a frame is known, so the correction is right to the second.
        let correction = seconds > 0 ? -seconds : -seconds
        #expect(
            record.quality.contains {
                $0.hasPrefix("w01018 sample time corrected by \(correction) s")
                    || $0.hasPrefix("w01018 sample time corrected by \(correction + 1) s")
            }, "\(record.quality)")
        #expect(site.remarks.contains { $0.contains("s \(seconds > 0 ? "fast" : "slow")") }, "\(site.remarks)")
    }

    @Test("`drift` says how wrong a clock may be", arguments: [("", true), ("drift: 10m", false)])
    func drift(setting: String, isCorrected: Bool) throws {
        let site = try run(offset: .seconds(300), instrument: setting, until: .seconds(6_000))
        let record = try #require(site.records(.hour)["2026112111"] ?? site.records(.hour)["2026112110"])
        #expect(record.quality.isEmpty == !isCorrected)
        #expect(site.remarks.isEmpty == !isCorrected)
    }

    @Test("Restarts and reloads between the repetitions change nothing", arguments: [0, 2, 7_200, -7_200])
    func interrupted(seconds: Int) throws {
        let plain = try run(offset: .seconds(seconds))
        let interrupted = try run(offset: .seconds(seconds)) { site, step in
            if step % 97 == 96 { try site.restart() }
            if step % 41 == 40 { try site.reload() }
        }
        for (hour, record) in plain.records(.hour) {
            let other = interrupted.records(.hour)[hour]
            #expect(other?.factors["w01018"]?.number("Avg") == record.factors["w01018"]?.number("Avg"), "\(hour)")
            #expect(other?.factors["w01018"]?.count == record.factors["w01018"]?.count, "\(hour)")
        }
    }

    @Test(
        "A result keeps its place when the instrument's clock is set right, and the next one under its time counts too")
    func clockSetRight() throws {
        var site = try WaterSite(factors: ["{ code: w01018, from: m.w01018, cycle: 5m }"])
        site.offset = .seconds(200)
        site.pass(.seconds(40))
        // 10:20:40, and the instrument shows 10:24:00.
        func repeated(_ result: Int, for seconds: Int) {
            for _ in stride(from: 0, to: seconds, by: 5) {
                site.measure("w01018-SampleTime=20261121102400,w01018-Rtd=\(result),w01018-Flag=N")
                site.tick()
                site.pass(.seconds(5))
            }
        }
        repeated(10, for: 40)
        site.offset = .zero
        try site.restart()
        repeated(10, for: 160)
        // 10:24:00: it samples at the time that its clock showed once before.
        repeated(77, for: 180)
        let minutes = site.records(.minute)
        let factors = (20...25).map { minutes["2026112110\($0)"]?.factors["w01018"] }
        #expect(factors.map { $0?.count } == [1, 0, 0, 0, 1, 0])
        #expect(factors.map { $0?.number("Avg") } == [10, 10, 10, 10, 77, 77])
        #expect(
            site.takeNews().allSatisfy { !$0.contains("not used") && !$0.contains("SampleTime") }, "\(site.remarks)")
    }

    @Test(
        "Another slope counts for the results that came before it, in minutes, hours and of the moment",
        arguments: [false, true])
    func otherSlope(restarts: Bool) throws {
        let site = try repeating(
            changing: "from: m.w01018", to: "from: m.w01018, slope: 10, intercept: 1", restarts: restarts)
        let minutes = site.records(.minute)
        #expect(minutes["202611211020"]?.factors["w01018"]?.number("Avg") == 7)
        #expect(minutes["202611211023"]?.factors["w01018"]?.number("Avg") == 71)
        #expect(presentNumbers(site).last == 71)
        let hour = site.records(.hour)["2026112110"]?.factors["w01018"]
        #expect(hour?.number("Avg") == 71 && hour?.count == 1)
    }

    @Test(
        "Another source begins without results, and its result counts under a time that the other had",
        arguments: [false, true])
    func otherSource(restarts: Bool) throws {
        let site = try repeating(changing: "from: m.w01018", to: "from: m.w21003", restarts: restarts)
        let minutes = site.records(.minute)
        #expect(minutes["202611211020"]?.factors["w01018"]?.number("Avg") == 7)
        #expect(minutes["202611211023"]?.factors["w01018"]?.number("Avg") == 3)
        #expect(presentNumbers(site).last == 3)
        let hour = site.records(.hour)["2026112110"]?.factors["w01018"]
        #expect(hour?.number("Avg") == 3 && hour?.count == 1)
    }

    private func presentNumbers(_ site: WaterSite) -> [Double] {
        site.gateway.kind(.realtime).compactMap { $0.factors["w01018"]?.number("Rtd") }
    }

    /// An analyser repeats the results of two factors, sampled at 10:00:00, past the end of the hour; the configuration is
    /// changed after two minutes.
    private func repeating(changing before: String, to after: String, restarts: Bool) throws -> WaterSite {
        var site = try WaterSite()
        for step in 0..<720 {
            let time = "SampleTime=20261121100000"
            site.measure("w01018-\(time),w01018-Rtd=7,w01018-Flag=N;w21003-\(time),w21003-Rtd=3,w21003-Flag=N")
            site.tick()
            if step == 24 {
                if restarts {
                    try site.restart { $0.replace(before, with: after) }
                } else {
                    try site.reload { $0.replace(before, with: after) }
                }
            }
            site.pass(.seconds(5))
        }
        return site
    }

    @Test("A result that waits for its number, or whose number was bad, is taken when it is good, once")
    func laterNumber() throws {
        var site = try WaterSite()
        for flag in ["D", "D", "N", "N"] {
            site.measure("w01018-SampleTime=20261121100000,w01018-Rtd=31,w01018-Flag=\(flag)")
            site.tick()
            site.pass(.seconds(5))
        }
        // Another number under the time of a result that counts.
        site.measure("w01018-SampleTime=20261121100000,w01018-Rtd=32,w01018-Flag=N")
        for _ in 0..<720 {
            site.tick()
            site.pass(.seconds(5))
        }
        let hour = try #require(site.records(.hour)["2026112110"]?.factors["w01018"])
        #expect(hour.number("Avg") == 31 && hour.count == 1)
        #expect(site.remarks.contains { $0.hasPrefix("w01018 of 20261121100000 not used: another number") })
    }

    @Test("A SampleTime that cannot be one is not believed, and said")
    func oddTimes() throws {
        for odd in ["20991231000000", "19700101000000"] {
            var site = try WaterSite()
            site.measure("w01018-SampleTime=\(odd),w01018-Rtd=31,w01018-Flag=N")
            for _ in 0..<720 {
                site.tick()
                site.pass(.seconds(5))
            }
            #expect(site.records(.hour)["2026112110"]?.factors["w01018"]?.number("Avg") == 31, "\(odd)")
            #expect(site.remarks.contains { $0.hasPrefix("w01018-SampleTime \(odd)") }, "\(site.remarks)")
        }
    }

    @Test("A result of the future opens no minute: what is measured meanwhile stays where it belongs")
    func future() throws {
        var site = try WaterSite(
            instrument: "drift: 24h",
            factors: ["{ code: w01018, from: m.w01018, cycle: 1h }", "{ code: w01001, from: m.w01001 }"])
        site.tick()
        site.offset = .seconds(7_200)
        for second in stride(from: 0, to: 180, by: 5) {
            site.measure("w01018-SampleTime=20261121120000,w01018-Rtd=31;w01001-Rtd=\(second / 60)")
            site.tick()
            site.pass(.seconds(5))
        }
        let minutes = site.records(.minute)
        #expect(minutes["202611211020"]?.factors["w01001"]?.number("Avg") == 0)
        #expect(minutes["202611211021"]?.factors["w01001"]?.number("Avg") == 1)
    }

    @Test("An instrument that repeats its result with another flag is failing until it repeats it well")
    func failing() throws {
        var site = try WaterSite(factors: ["{ code: w01018, from: m.w01018, cycle: 2h }"])
        // From 10:20 to 12:20; a fault from 11:10 to 11:30.
        for step in 0..<1_440 {
            let flag = (600..<840).contains(step) ? "D" : "N"
            site.measure("w01018-SampleTime=20261121100000,w01018-Rtd=31,w01018-Flag=\(flag)")
            site.tick()
            site.pass(.seconds(5))
            if step == 700 { try site.restart() }
        }
        let hours = site.records(.hour)
        let first = hours["2026112110"]?.factors["w01018"]
        #expect(first?.number("Avg") == 31 && first?.reason == nil)
        let hour = hours["2026112111"]?.factors["w01018"]
        #expect(hour?.number("Avg") == 31 && hour?.count == 0 && hour?.flag == .fault && hour?.reason == "flag D")
        let minutes = site.records(.minute)
        #expect(
            ["202611211109", "202611211110", "202611211129", "202611211130"].map {
                minutes[$0]?.factors["w01018"]?.flag
            } == [.normal, .fault, .fault, .normal])
    }

    @Test("Q1 counts results as they come, also those of samples whose minutes are over")
    func identicalResults() throws {
        var site = try WaterSite()
        var counts: [Int] = []
        // Each is told at 20 min past the hour of its sample, and then again and again.
        for hour in 10...13 {
            for _ in 0..<60 {
                site.measure("w01018-SampleTime=20261121\(hour)0000,w01018-Rtd=31,w01018-Flag=N")
                site.tick()
                site.pass(.seconds(60))
            }
            counts.append(site.alarms("Q1").count)
        }
        #expect(counts == [0, 0, 0, 1])
    }

    @Test("A result whose hours are closed is not used, and said with its code")
    func late() throws {
        var site = try WaterSite(factors: ["{ code: w01018, from: m.w01018, cycle: 1h }"])
        for _ in 0..<1_000 {
            site.tick()
            site.pass(.seconds(5))
        }
        site.measure("W01018-SampleTime=20261121090000,W01018-Rtd=31,W01018-Flag=N")
        #expect(
            site.remarks == [
                "W01018 sampled at 20261121090000 not used: its hour is recorded already; wanted: the result before that (`hour_close_delay`)"
            ])
    }
}
