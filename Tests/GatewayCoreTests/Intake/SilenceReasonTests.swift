import GatewayCore
import Protocol
import Telemetry
import Testing

/// Why an instrument brings nothing usable although its frames come: said by its remarks, `status` and D1 alike.
@Suite struct SilenceReasonTests {
    private func site(_ instrument: String = "", _ factor: String = "{ code: w01018, from: m.w01018 }") throws
        -> WaterSite
    {
        var site = try WaterSite(instrument: instrument, factors: [factor])
        site.gateway.machine.instrumentFailed(0, because: .init("nothing has connected", zh: "尚无连接"))
        site.tick()
        return site
    }

    /// The reason in the message of D1.
    private func reason(_ site: WaterSite) -> String { site.alarms("D1").joined(separator: " | ") }

    @Test(
        "Frames that hold nothing usable are the reason of the silence",
        arguments: [
            (2021, "", "2021 (equipment states) is acknowledged and not used"),
            (2013, "", "2013 (raw"), (3019, "", "3019 ("), (3020, "", "3020 ("), (3017, "", "3017 ("),
            (1011, "", "1011 ("),
            (2011, "w01018-Rtd=--,w01018-Flag=N", "w01018 not used: 2011 has no number of it; wanted: w01018-Rtd"),
            (2011, "w01018-Rtd=,w01018-Flag=N", "w01018 not used: 2011 has no number of it; wanted: w01018-Rtd"),
            (2011, "011-ZsRtd=31,011-Flag=N", "011 (w01018) not used: 2011 has no number of it; wanted: 011-Rtd"),
            (2011, "w01018-Rtd=六十三,w01018-Flag=N", "w01018 not used: 2011 has no number of it"),
            (2051, "w01018-Min=1,w01018-Max=2", "has no Avg of it; wanted: w01018-Avg"),
        ])
    func withoutMeasurements(command: Int, area: String, said: String) throws {
        var site = try site()
        site.run(seconds: 130) { site in
            if area.isEmpty { return site.sendOther(command) }
            let minute = ZoneRules.china.civilTime(at: site.gateway.wall - .seconds(120)).compact.prefix(12)
            site.send(command, "DataTime=\(command == 2011 ? site.itsTime.compact : "\(minute)00");\(area)")
        }
        let (alarm, reason) = (reason(site), site.reason ?? "")
        #expect(alarm.contains(said), "\(alarm)")
        #expect(site.remarks.count == 1 && site.remarks[0].contains(said), "\(site.remarks)")
        #expect(reason == site.remarks.first)
    }

    @Test("A login alone is the reason, and no remark")
    func login() throws {
        var site = try site()
        site.run(seconds: 130) { $0.hear(9021) }
        #expect(reason(site).contains("(its frames hold no measurements; the last is 9021 (login))"), "\(reason(site))")
        #expect(site.remarks.isEmpty)
    }

    @Test("A value without a number under a flag that says so is recorded, and is the reason of the silence only")
    func flagged() throws {
        var site = try site()
        site.run(seconds: 130) { $0.measure("w01018-Rtd=,w01018-Flag=D") }
        #expect(reason(site).contains("w01018 has no number, flag D"), "\(reason(site))")
        #expect(site.remarks.isEmpty)
    }

    @Test("The last of several causes is the reason, however often another is said")
    func last() throws {
        var site = try site()
        site.send(2061, "DataTime=20261120100000;w01018-Avg=1")
        site.run(seconds: 130) { $0.measure("w01018-Rtd=--,w01018-Flag=N") }
        #expect(reason(site).contains("w01018 not used: 2011 has no number of it"), "\(reason(site))")
        #expect(site.remarks.count == 2)
    }

    @Test("An instrument that falls silent on its open connection is said to, with what was wrong before")
    func quiet() throws {
        var site = try site()
        site.send(2061, "DataTime=20261120100000;w01018-Avg=1")
        site.run(seconds: 200) { _ in }
        let late = site.remarks.first ?? "-"
        #expect(reason(site).contains("(nothing more comes from it; before that: \(late))"), "\(reason(site))")

        var healthy = try self.site()
        healthy.run(seconds: 100) { site in
            site.measure("w01018-Rtd=31,w01018-Flag=N;060-Rtd=1")
        }
        healthy.run(seconds: 200) { _ in }
        #expect(reason(healthy).contains("(nothing more comes from it)"), "\(reason(healthy))")
    }

    @Test("What the line says is the reason until a frame comes, and again afterwards")
    func line() throws {
        var site = try site()
        site.run(seconds: 130) { _ in }
        #expect(reason(site).contains("(nothing has connected)"), "\(reason(site))")
        site.run(seconds: 10) { $0.sendOther(2021) }
        #expect(reason(site).contains("(2021 (equipment states)"), "\(reason(site))")
        site.gateway.machine.instrumentFailed(0, because: .init("connection ended", zh: "连接断开"))
        site.tick()
        #expect(reason(site).contains("(connection ended)"), "\(reason(site))")
    }

    // MARK: Time

    @Test("Without a QN the DataTime is compared with our clock: what stays old is not used")
    func oldWithoutQN() throws {
        var site = try site()
        site.run(seconds: 200) { $0.sendWithoutQN("DataTime=20261121080000;w01018-Rtd=31,w01018-Flag=N") }
        #expect(!site.gateway.kind(.minute).contains { $0.factors["w01018"]?.number("Avg") != nil })
        #expect(
            site.remarks.first?.hasPrefix("w01018 not used: the 2011 of 20261121080000 was ") == true, "\(site.remarks)"
        )
    }

    @Test("A clock that is off shows without a QN too, and its data are used", arguments: [-3_600, -400, 3_600])
    func clockWithoutQN(offset: Int) throws {
        var site = try site()
        site.offset = .seconds(offset)
        site.run(seconds: 200) { $0.sendWithoutQN("DataTime=\($0.itsTime.compact);w01018-Rtd=31,w01018-Flag=N") }
        #expect(site.gateway.kind(.minute).contains { $0.factors["w01018"]?.number("Avg") == 31 })
        // What was found before the clock was known is over.
        #expect(site.remarks == ["its clock is \(abs(offset)) s \(offset > 0 ? "fast" : "slow")"])
        #expect(site.alarms("D1").isEmpty)
    }

    @Test("Without a QN a batch result may be as old as its cycle, and proves nothing of the clock")
    func batchWithoutQN() throws {
        var site = try site("", "{ code: w01018, from: m.w01018, cycle: 1h }")
        site.pass(.seconds(2_400))
        site.run(seconds: 5_000) { site in
            let sampled = ZoneRules.china.civilTime(at: site.gateway.wall - .seconds(900))
            site.sendWithoutQN("DataTime=\(sampled.compact.prefix(12))00;w01018-Rtd=31,w01018-Flag=N")
        }
        #expect(site.remarks.isEmpty, "\(site.remarks)")
    }

    @Test(
        "Present data whose DataTime cannot be theirs are taken as of their arrival, with a hint",
        arguments: [
            ("DataTime=2026-12-01 10:00:00;", "2011 has no DataTime that can be read"),
            ("DataTime=昨天;", "2011 has no DataTime that can be read"),
            ("", "2011 has no DataTime that can be read"),
            ("DataTime=20261121110000;", "DataTime 20261121110000 of 2011 is later than its QN"),
        ])
    func oddTime(time: String, said: String) throws {
        var site = try site()
        site.run(seconds: 150) { $0.send("\(time)w01018-Rtd=31,w01018-Flag=N") }
        #expect(site.gateway.kind(.minute).contains { $0.factors["w01018"]?.number("Avg") == 31 })
        #expect(site.remarks.count == 1 && site.remarks[0].hasPrefix(said), "\(site.remarks)")
    }

    // MARK: Clocks and minutes

    @Test(
        "Minutes of a clock that is off are all recorded, wherever in the minute it stands",
        arguments: [65, 70, 75, 80, 89, 90, 91, 100, 110, 119, -65, -70, -75, -89, -90, -91, -100, -119, 3_605, 3_630])
    func shiftedMinutes(offset: Int) throws {
        for stamps in ["begin", "end"] {
            var site = try site("stamps: \(stamps)")
            site.offset = .seconds(offset)
            for second in 0..<600 {
                if second % 5 == 0 { site.measure("w21003-Rtd=1") }
                let time = site.itsTime
                if time.second == 1 {
                    let back = stamps == "begin" ? 61 : 1
                    let stated = ZoneRules.china.civilTime(at: site.gateway.wall + site.offset - .seconds(back))
                    site.send(2051, "DataTime=\(stated.compact);w01018-Avg=\(time.minute),w01018-Flag=N")
                }
                site.tick()
                site.pass(.seconds(1))
            }
            let minutes = site.gateway.kind(.minute).compactMap { $0.factors["w01018"]?.number("Avg") }
            #expect(minutes.count >= 6, "\(offset) \(stamps): \(minutes)")
            #expect(Set(minutes).count == minutes.count, "\(offset) \(stamps): \(minutes)")
            // The first of them is of a minute before the gateway's records.
            let isEarly = site.remarks.contains { $0.contains("is not over") || $0.contains("ends later than now") }
            #expect(!isEarly, "\(offset) \(stamps): \(site.remarks)")
        }
    }

    @Test("Hours of a clock that is off by little are recorded; those of half an hour name the clock")
    func shiftedHours() throws {
        for (offset, isUsed) in [(90, true), (-90, true), (170, true), (1_800, false)] {
            var site = try site()
            site.offset = .seconds(offset)
            site.run(seconds: 7_200) { site in
                site.measure("w21003-Rtd=1")
                let time = site.itsTime
                if time.minute == 0, time.second < 5 {
                    let hour = ZoneRules.china.civilTime(at: site.gateway.wall + site.offset - .seconds(3_600))
                    site.send(2061, "DataTime=\(hour.compact.prefix(10))0000;w01018-Avg=7,w01018-Flag=N")
                }
            }
            let hours = site.gateway.kind(.hour).filter { $0.factors["w01018"]?.number("Avg") == 7 }
            #expect(hours.isEmpty != isUsed, "\(offset) \(site.remarks)")
            if !isUsed {
                #expect(site.remarks.contains { $0.contains("its clock is 1800 s fast") && $0.contains("2061") })
            }
        }
    }

    @Test("A clock at the edge of `drift` is told once, however its frames are delayed")
    func edgeOfDrift() throws {
        var site = try site()
        var news = 0
        for step in 0..<60 {
            site.offset = .milliseconds(step % 2 == 0 ? 60_020 : 59_990)
            site.measure("w01018-Rtd=31,w01018-Flag=N")
            news += site.takeNews().count
            site.tick()
            site.pass(.seconds(5))
        }
        #expect(news == 1 && site.remarks.count == 1, "\(site.remarks)")
    }

    // MARK: Reload

    @Test("A reload that does not touch the instrument forgets nothing and says nothing again")
    func reload() throws {
        var site = try site()
        site.measure("COD-Rtd=31")
        site.sendOther(2021)
        let (said, news) = (site.remarks, site.takeNews())
        #expect(said.count == 2 && news.count == 2)
        try site.reload { $0 = $0.replacing("realtime_interval: 10s", with: "realtime_interval: 5s") }
        #expect(site.remarks == said)
        site.measure("COD-Rtd=31")
        site.sendOther(2021)
        let again = site.takeNews()
        #expect(again.isEmpty && site.remarks == said)
    }

    @Test("A reload that changes the instrument says anew what still is so")
    func reloadOfInstrument() throws {
        var site = try site()
        site.sendOther(2021)
        _ = site.takeNews()
        try site.reload { $0 = $0.replacing("mn: \"1\"", with: "mn: \"1\", realtime_age: 5m") }
        #expect(site.remarks.isEmpty)
    }
}
