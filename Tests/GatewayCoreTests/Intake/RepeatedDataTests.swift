import GatewayCore
import Protocol
import Telemetry
import Testing

/// Realtime data that an instrument sends again under a new QN.
@Suite struct RepeatedDataTests {
    private func site() throws -> WaterSite { try WaterSite(factors: ["{ code: w01001, from: m.w01001 }"]) }

    @Test("One DataTime is one sample, however often it is sent")
    func sameTime() throws {
        var site = try site()
        site.pass(.seconds(7))
        let taken = site.itsTime.compact
        for _ in 0..<6 {
            site.send("DataTime=\(taken);w01001-Rtd=7.1,w01001-Flag=N")
            site.tick()
            site.pass(.seconds(5))
        }
        for _ in 0..<12 {
            site.tick()
            site.pass(.seconds(5))
        }
        #expect(site.records(.minute)["202611211020"]?.factors["w01001"]?.count == 1)
        // It is the present value as long as it is sent.
        let present = site.gateway.kind(.realtime).filter { $0.factors["w01001"]?.number("Rtd") == 7.1 }
        #expect(present.count >= 8)
    }

    @Test(
        "The end of a minute, a restart or a reload between two of them changes nothing",
        arguments: ["none", "restart", "reload"])
    func acrossMinutes(what: String) throws {
        var site = try site()
        site.pass(.seconds(57))
        let taken = site.itsTime.compact
        for step in 0..<30 {
            site.send("DataTime=\(taken);w01001-Rtd=7.1,w01001-Flag=N")
            site.tick()
            if step % 5 == 4, what == "restart" { try site.restart() }
            if step % 5 == 4, what == "reload" { try site.reload() }
            site.pass(.seconds(5))
        }
        let counts = site.records(.minute).values.map { $0.factors["w01001"]?.count ?? 0 }
        #expect(counts.reduce(0, +) == 1)
    }

    @Test("Factors of one DataTime in several frames are samples each")
    func severalFrames() throws {
        var site = try WaterSite(
            factors: ["{ code: w01001, from: m.w01001 }", "{ code: w01010, from: m.w01010 }"])
        site.pass(.seconds(7))
        let taken = site.itsTime.compact
        site.send("DataTime=\(taken);w01001-Rtd=7.1,w01001-Flag=N")
        site.send("DataTime=\(taken);w01010-Rtd=20,w01010-Flag=N")
        for _ in 0..<15 {
            site.tick()
            site.pass(.seconds(5))
        }
        let minute = site.records(.minute)["202611211020"]
        #expect(minute?.factors["w01001"]?.count == 1 && minute?.factors["w01010"]?.count == 1)
    }

    @Test("Where whole minutes are the stamps, another number is a new sample")
    func wholeMinutes() throws {
        var site = try site()
        for value in [7.0, 7.1, 7.1, 7.2] {
            site.send("DataTime=20261121102000;w01001-Rtd=\(value),w01001-Flag=N")
            site.tick()
            site.pass(.seconds(5))
        }
        for _ in 0..<15 {
            site.tick()
            site.pass(.seconds(5))
        }
        #expect(site.records(.minute)["202611211020"]?.factors["w01001"]?.count == 3)
    }

    @Test("Another number under a time to the second is not taken, and said")
    func contradiction() throws {
        var site = try site()
        for value in [7.0, 9.0] { site.send("DataTime=20261121102001;w01001-Rtd=\(value),w01001-Flag=N") }
        #expect(site.remarks.count == 1)
        #expect(site.remarks.first?.hasPrefix("w01001 of 20261121102001 not used: another number") == true)
    }
}
