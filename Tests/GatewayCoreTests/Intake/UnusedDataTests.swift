import GatewayCore
import Protocol
import Telemetry
import Testing

/// What is acknowledged and not used: it is said once, with the code as received and what is wanted.
@Suite struct UnusedDataTests {
    private static let cod = ["{ code: w01018, from: m.w01018 }"]

    private func site(_ instrument: String = "", _ factors: [String] = cod, st: String = "32") throws -> WaterSite {
        var site = try WaterSite(instrument: instrument, factors: factors, st: st)
        site.tick()
        return site
    }

    // MARK: Codes

    @Test(
        "A code matches in any case and in either edition",
        arguments: [
            ("w01018", "W01018", ""), ("W01018", "w01018", ""),
            ("w01018", "011", "011 is taken as w01018, its code in the other edition"),
            ("011", "w01018", "w01018 is taken as 011, its code in the other edition"),
            ("011", "011", ""),
        ])
    func codes(configured: String, sent: String, remark: String) throws {
        var site = try site("", ["{ code: w01018, from: m.\(configured) }"])
        site.run(seconds: 150) { $0.measure("\(sent)-Rtd=31,\(sent)-Flag=N") }
        #expect(site.records(.minute)["202611211020"]?.factors["w01018"]?.number("Avg") == 31)
        #expect(site.remarks == (remark.isEmpty ? [] : [remark]))
        #expect(site.alarms("D1").isEmpty)
    }

    @Test("A factor whose unit the editions count otherwise is said to be so")
    func units() throws {
        var site = try site("", ["{ code: w20119, from: m.w20119 }"])
        site.run(seconds: 20) { $0.measure("026-Rtd=0.05,026-Flag=N") }
        #expect(
            site.remarks.first?.hasSuffix("the edition of 2005 counts it in mg/L, records in ug/L: check `slope`")
                == true)
    }

    @Test("Of two codes of one factor that are sent together the one that is wanted counts")
    func both() throws {
        var site = try site()
        site.run(seconds: 90) { $0.measure("011-Rtd=99,011-Flag=N;w01018-Rtd=31,w01018-Flag=N") }
        #expect(site.records(.minute)["202611211020"]?.factors["w01018"]?.number("Max") == 31)
    }

    @Test("Two codes of one factor in one frame are said to be so")
    func bothSaid() throws {
        var site = try site()
        site.run(seconds: 30) { $0.measure("011-Rtd=5,011-Flag=N;w01018-Rtd=31,w01018-Flag=N") }
        #expect(
            site.remarks == [
                "011 not used: it is w01018 in the other edition, which comes too and is taken; wanted: one of the two"
            ])
    }

    @Test("Dust is not pH: 01 and 001 stay apart")
    func shortCodes() throws {
        var site = try site("", ["{ code: w01001, from: m.w01001 }"])
        site.run(seconds: 90) { $0.measure("01-Rtd=12,01-Flag=N") }
        #expect(site.remarks == ["sends 01 (a34013), which no factor takes; wanted: w01001"])
        site.run(seconds: 90) { $0.measure("001-Rtd=7,001-Flag=N") }
        #expect(site.records(.minute).values.contains { $0.factors["w01001"]?.number("Avg") == 7 })
    }

    @Test("Codes that nothing takes are named with what they are, once, and in the alarm of what is missing")
    func unwanted() throws {
        var site = try site()
        site.run(seconds: 180) { $0.measure("060-Rtd=1.2,060-Flag=N;COD-Rtd=31,COD-Flag=N") }
        let said = "sends 060 (w21003), COD, which no factor takes; wanted: w01018"
        #expect(site.remarks == [said])
        let news = (site.takeNews(), site.takeNews())
        #expect(news.0 == [said] && news.1.isEmpty)
        #expect(site.alarms("D1").count == 1)
        #expect(site.alarms("D1").first?.contains("(\(said))") == true, "\(site.alarms("D1"))")
    }

    @Test("A reload that takes the code mends it")
    func mended() throws {
        var site = try site()
        site.run(seconds: 120) { $0.measure("COD-Rtd=31,COD-Flag=N") }
        try site.reload { $0 = $0.replacing("from: m.w01018", with: "from: m.COD") }
        site.run(seconds: 120) { $0.measure("cod-Rtd=31,cod-Flag=N") }
        #expect(site.remarks.isEmpty && site.alarms("D1").isEmpty)
    }

    @Test("Endless codes are bounded in number and length")
    func endless() throws {
        var site = try site()
        for number in 0..<2_000 {
            site.measure("x\(number)-Rtd=1;" + String(repeating: "z", count: 400) + "\(number)-Rtd=1")
        }
        #expect(site.remarks.count == 1)
        #expect(site.remarks.joined().utf8.count < 600)
        let news = site.takeNews()
        #expect(news.count < 40)
        for number in 2_000..<3_000 {
            site.gateway.machine.receivedCommand(
                CommandCode(rawValue: number), instrument: 0, wall: site.gateway.wall)
        }
        #expect(site.remarks.count < 25)
    }

    @Test("The numbers of an electricity meter match by their whole name, with its mark")
    func electricity() throws {
        var site = try site(
            "", ["{ code: ptotal, from: m.100003-Pt }", "{ code: ia, from: m.100003-IA }"], st: "80")
        site.run(seconds: 150) {
            $0.measure("100003-Ia=74.403,100003-Ub=205.5,100003-Pt=41.8556,100003-Flag=N")
        }
        let minute = site.records(.minute)["202611211020"]
        #expect(minute?.factors["ptotal"]?.number("Avg") == 41.8556)
        #expect(minute?.factors["ia"]?.number("Avg") == 74.403)
        #expect(site.remarks == ["sends 100003-Ub, which no factor takes; wanted: 100003-IA, 100003-Pt"])
        #expect(site.alarms("D1").isEmpty)
    }

    // MARK: Age

    @Test(
        "Realtime data older than `realtime_age` are not used, and said with their age",
        arguments: [
            ("", 121, false), ("", 120, true), ("realtime_age: 15m", 840, true), ("realtime_age: 10s", 11, false),
        ])
    func age(setting: String, age: Int, isUsed: Bool) throws {
        var site = try site(setting)
        site.run(seconds: 150) { site in
            let taken = ZoneRules.china.civilTime(at: site.gateway.wall - .seconds(age)).compact
            site.send("DataTime=\(taken);W01018-Rtd=31,W01018-Flag=N")
        }
        let hasNumber = site.gateway.kind(.minute).contains { $0.factors["w01018"]?.number("Avg") == 31 }
        #expect(hasNumber == isUsed)
        #expect(site.remarks.isEmpty == isUsed)
        #expect(site.alarms("D1").isEmpty == isUsed)
        guard !isUsed else { return }
        let said = site.remarks.first ?? ""
        #expect(said.hasPrefix("W01018 not used: the 2011 of 2026112110"))
        #expect(
            said.contains(
                "was \(age) s old when it was sent; wanted: at most \(setting.isEmpty ? "2m" : "10s") (`realtime_age`)")
        )
        #expect(site.alarms("D1").first?.contains("(\(said))") == true)
    }

    @Test("The result of a batch analyser may be as old as its cycle, and is in the hour of its DataTime")
    func oldResults() throws {
        var site = try site("", ["{ code: w01018, from: m.011, cycle: 1h }"])
        site.pass(.seconds(2_400))
        for step in 0..<1_000 {
            let hour = String(site.itsTime.compact.prefix(10))
            site.send("DataTime=\(hour)0000;011-Rtd=\(hour.suffix(2)),011-Flag=N")
            site.tick()
            site.pass(.milliseconds(step % 2 == 0 ? 5_130 : 4_870))
        }
        let hour = site.records(.hour)["2026112111"]?.factors["w01018"]
        #expect(hour?.number("Avg") == 11 && hour?.count == 1)
        #expect(site.remarks.isEmpty)
    }

    // MARK: Periods

    @Test(
        "`stamps` says which end of its period a DataTime is",
        arguments: [
            (2051, "20261121102100", 65), (2061, "20261121110000", 2_405), (2031, "20261122000000", 49_205),
            (2051, "20261121102059", 65),
        ])
    func stamps(command: Int, end: String, sentAfter: Int) throws {
        let kind = [2051: RecordKind.minute, 2061: .hour, 2031: .day][command] ?? .minute
        for setting in ["begin", "end"] {
            var site = try site("stamps: \(setting)")
            // Something of each kind before, so that the period waits.
            site.send(command, "DataTime=20261119000000;w01018-Avg=1,w01018-Flag=N")
            site.run(seconds: sentAfter) { _ in }
            site.send(command, "DataTime=\(end);w01018-Avg=31,w01018-Flag=N")
            site.run(seconds: 90) { _ in }
            let record = site.gateway.kind(kind).first { $0.factors["w01018"]?.number("Avg") == 31 }
            if setting == "end" {
                #expect(record != nil, "\(command)")
                let period = record.map { $0.at + ($0.period ?? .zero) }
                #expect(
                    period.map { ZoneRules.china.civilTime(at: $0).compact.prefix(12) } ?? ""
                        == (end.hasSuffix("59") ? "202611211021" : end.prefix(12)))
            } else {
                #expect(record == nil, "\(command)")
                #expect(
                    site.remarks.contains { $0.hasPrefix("w01018 not used: ") && $0.contains("\(command) \(end)") },
                    "\(site.remarks)")
                #expect(site.remarks.contains { $0.contains(end.hasSuffix("59") ? "no boundary" : "`stamps: end`") })
            }
        }
    }

    @Test("A mean that is not used leaves its factor silent, with the reason in the alarm")
    func silentMeans() throws {
        var site = try site()
        site.run(seconds: 300) { site in
            let time = site.itsTime
            if time.second == 0 { site.send(2051, "DataTime=\(time.compact);011-Avg=31,011-Flag=N") }
        }
        #expect(
            site.alarms("D1").contains {
                $0.contains("011 (w01018) not used: the period of 2051") && $0.contains("`stamps: end`")
            }, "\(site.alarms("D1"))")
    }

    @Test(
        "Means that cannot be used are said with their cause",
        arguments: [
            ("w01018-Avg=31", "w01018 not used: 2051 without a DataTime; wanted: 14 digits"),
            (
                "DataTime=20261121102010;w01018-Avg=31",
                "w01018 not used: 2051 20261121102010 is no boundary of 1 min; wanted: means of whole periods"
            ),
            (
                "DataTime=20261121101800;w01018-Max=31",
                "w01018 not used: 2051 20261121101800 has no Avg of it; wanted: w01018-Avg"
            ),
            (
                "DataTime=20261120102000;w01018-Avg=31",
                "w01018 not used: 2051 20261120102000 is of a period that is recorded already, or of before the gateway's records; wanted: it once, soon after its end"
            ),
        ])
    func means(area: String, said: String) throws {
        var site = try site()
        site.pass(.seconds(30))
        site.send(2051, area)
        site.send(2051, area)
        #expect(site.remarks == [said])
        #expect(site.gateway.machine.intakeStatus.unusedStatements == 2)
    }

    @Test("What a monitor states beside its present data is no news")
    func usual() throws {
        var site = try site()
        site.run(seconds: 300) { site in
            let time = site.itsTime
            site.measure("w01018-Rtd=31,w01018-Flag=N")
            if time.second == 5, time.minute > 20 {
                let minute = ZoneRules.china.civilTime(at: site.gateway.wall - .seconds(65))
                site.send(2051, "DataTime=\(minute.compact.prefix(12))00;w01018-Avg=31,w01018-Flag=N")
            }
        }
        #expect(site.remarks.isEmpty, "\(site.remarks)")
    }

    @Test("A fast clock within `drift` does not make means of the future")
    func fastMeans() throws {
        var site = try site()
        site.offset = .seconds(40)
        site.run(seconds: 400) { site in
            let time = site.itsTime
            let minute = ZoneRules.china.civilTime(at: site.gateway.wall + site.offset - .seconds(60))
            if time.second == 0 { site.send(2051, "DataTime=\(minute.compact);w01018-Avg=31,w01018-Flag=N") }
        }
        #expect(site.gateway.kind(.minute).count { $0.factors["w01018"]?.number("Avg") == 31 } >= 4)
        #expect(site.remarks.isEmpty, "\(site.remarks)")
    }

    @Test("Hours of a clock that is off are brought to ours; an hour that is none of ours is not used")
    func wrongClock() throws {
        for (offset, isUsed) in [(7_200, true), (-7_200, true), (2_220, false)] {
            var site = try site()
            site.offset = .seconds(offset)
            site.run(seconds: 7_200) { site in
                site.measure("w21003-Rtd=1")
                let time = site.itsTime
                if time.minute == 0, time.second == 0 {
                    let hour = ZoneRules.china.civilTime(at: site.gateway.wall + site.offset - .seconds(3_600))
                    site.send(2061, "DataTime=\(hour.compact);w01018-Avg=\(time.hour),w01018-Flag=N")
                }
            }
            let hour = site.gateway.kind(.hour).filter { $0.factors["w01018"]?.number("Avg") != nil }
            #expect(hour.isEmpty != isUsed, "\(offset)")
            if isUsed { #expect(hour.first?.dataTime.compact == "20261121100000", "\(offset)") }
            #expect(
                site.remarks.contains("its clock is \(abs(offset)) s \(offset > 0 ? "fast" : "slow")"),
                "\(site.remarks)")
        }
    }

    // MARK: The rest

    @Test("Data commands without measurements are said once, by their meaning")
    func commands() throws {
        var site = try site()
        for _ in 0..<3 {
            site.gateway.machine.receivedCommand(CommandCode(rawValue: 2021), instrument: 0, wall: site.gateway.wall)
        }
        #expect(
            site.remarks == ["2021 (equipment states) is acknowledged and not used; wanted: 2011, 2051, 2061 or 2031"])
        let news = site.takeNews()
        #expect(news.count == 1)
    }

    @Test("What was not seen for a day and an hour is over, and is news when it comes again")
    func memory() throws {
        var site = try site()
        site.measure("COD-Rtd=1")
        let news = site.takeNews()
        #expect(news.count == 1)
        site.pass(.seconds(90_001))
        #expect(site.remarks.isEmpty)
        site.measure("COD-Rtd=1")
        #expect(site.remarks.count == 1)
        let again = site.takeNews()
        #expect(again.count == 1)
    }

    @Test("Every sentence has both languages")
    func languages() throws {
        var site = try site()
        site.offset = .seconds(7_200)
        site.measure("COD-Rtd=1;011-Rtd=2")
        site.send(2051, "w01018-Avg=31")
        let remarks = site.gateway.machine.remarks(ofInstrument: 0, at: site.gateway.wall)
        #expect(remarks.count == 4)
        for remark in remarks { #expect(remark.text.zh.unicodeScalars.contains { $0.value > 0x4E00 }) }
    }
}
