import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite("Rates")
struct RateTests {
    private func report(_ record: Record?) throws -> RateReport {
        guard case .rates(let report)? = record?.content else { throw NoReport() }
        return report
    }

    private struct NoReport: Error {}

    /// A day that begins at 23:00 of the one before, with 20 s between the samples of a slow device.
    private func gateway() throws -> TestGateway {
        var gateway = try TestGateway()
        gateway.wall = morning + .seconds(12 * 3600 + 2400)
        gateway.machine = GatewayMachine(
            configuration: try configuration(smallPlant), zone: .china, at: gateway.now, wall: gateway.wall)
        return gateway
    }

    @Test("a day's rates are told an hour after it, with what the uplinks have of it")
    func daily() throws {
        var gateway = try gateway()
        gateway.run(.seconds(3600))
        #expect(gateway.kind(.rates).isEmpty)
        // The dust meter is silent through an hour.
        gateway.run(.seconds(3600), dust: nil)
        gateway.run(.seconds(20))
        let first = try report(gateway.kind(.rates).first)
        #expect(first.day.due == 48, "the hours before the first are due too")
        #expect(first.day.received == 2, "the hour from 23:00")
        gateway.run(.seconds(22 * 3600 + 3570))
        #expect(gateway.kind(.rates).count == 1)
        gateway.perform(
            {
                gateway.machine.acknowledged(["stack-1": [20_261_122: 23, 20_261_121: 1]], by: 0); return []
            }())
        gateway.run(.seconds(20))
        #expect(gateway.kind(.rates).count == 1, "not before an hour after the day")
        gateway.run(.seconds(3600))
        let record = try #require(gateway.kind(.rates).last)
        #expect(record.dataTime.compact == "20261122000000")
        #expect(record.period == .seconds(86_400))
        let report = try report(record)
        #expect(report.factors.map(\.code) == ["a21026", "a34013"])
        #expect(report.factors.map(\.rates.due) == [24, 24])
        #expect(report.factors.map(\.rates.received) == [24, 23])
        #expect(report.factors.map(\.rates.transmission) == [100, 95.83])
        #expect(report.day.due == 48 && report.day.received == 47)
        #expect(report.dayDeliveries == [.init(uplink: "province", due: 24, acknowledged: 23, rate: 95.83)])
        #expect(report.monthDeliveries.first?.acknowledged == 24)
    }

    @Test("hours without a record are due: the gateway was off")
    func holes() throws {
        var before = try gateway()
        before.run(.seconds(3610))
        let kept = before.machine.unfinishedPeriods(of: 0)
        var after = try gateway()
        after.wall = before.wall + .seconds(5 * 3600)
        let isRestored = after.machine.restore(kept, outlet: 0)
        #expect(isRestored)
        after.run(.seconds(3600))
        let today = after.machine.outletStatus(at: after.now, wall: after.wall)[0].rates.first { $0.span == .today }
        // 00:00 has ten seconds, 01:00 to 04:00 nothing; 05:00 is complete but for its first seconds.
        #expect(today?.rates.due == 12)
        #expect(today?.rates.received == 4)
        #expect(today?.rates.valid == 2)
    }

    @Test("only uplinks that carry the outlet's hours are told of")
    func carriers() throws {
        var settings = try configuration(smallPlant)
        let uplink = settings.uplinks[0]
        func add(_ id: String, _ change: (inout UplinkConfiguration) -> Void) {
            var other = uplink
            other.id = id
            change(&other)
            settings.uplinks.append(other)
        }
        add("minutes") { $0.kinds = [.minute] }
        add("elsewhere") { $0.outlets = ["stack-2"] }
        add("here") { $0.outlets = ["stack-1"] }
        add("dust") { $0.factors = ["a34013"] }
        add("water") { $0.factors = ["w01018"] }
        let gateway = try TestGateway()
        let machine = GatewayMachine(configuration: settings, zone: .china, at: gateway.now, wall: gateway.wall)
        let rates = machine.outletStatus(at: gateway.now, wall: gateway.wall)[0].rates
        #expect(rates.allSatisfy { $0.deliveries.map(\.uplink) == ["province", "here", "dust"] })
    }
}
