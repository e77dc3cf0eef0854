import Emissions
import GatewayCore
import Protocol
import Telemetry
import TestSupport
import Testing

/// Data of closed periods that an instrument delivers later.
@Suite struct BackfillTests {
    @Test("a minute that closed without the monitor's number is recorded when it is delivered, once, and marked")
    func minute() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(180), dust: nil)
        #expect(gateway.kind(.minute).first?.factors["a34013"]?.number("Avg") == nil)
        let before = gateway.records.count
        gateway.upload(.minute, dust: 7, dataTime: morning)
        let added = gateway.records[before...].filter { $0.kind == .minute }
        #expect(added.count == 1)
        let record = try #require(added.first)
        #expect(record.at == morning)
        #expect(record.period == .seconds(60))
        #expect(Array(record.factors.keys) == ["a34013"])
        #expect(record.factors["a34013"]?.number("Avg") == 7)
        #expect(record.quality == ["a34013 back-filled by the instrument"])
        // The same again is no news.
        let after = gateway.records.count
        gateway.upload(.minute, dust: 8, dataTime: morning)
        #expect(gateway.records[after...].allSatisfy { $0.kind != .minute })
    }

    @Test("what was measured here, lies in the future or has no number is not filled")
    func notFilled() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(120), dust: 4)
        gateway.run(.seconds(180), dust: nil)
        let before = gateway.records.count
        gateway.upload(.minute, dust: 99, dataTime: morning)
        gateway.upload(.minute, dust: 99, dataTime: morning - .seconds(600))
        gateway.upload(.minute, dust: 99, dataTime: morning + .seconds(3_600))
        gateway.upload(.minute, dust: 99, dataTime: morning + .seconds(150))
        gateway.upload(.minute, dust: nil, dataTime: morning + .seconds(180))
        #expect(gateway.records[before...].allSatisfy { $0.kind != .minute })
    }

    @Test("minutes that are delivered late count in the hour that is still open, and hours in the day")
    func openHour() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(1_800), dust: nil)
        for minute in 0..<20 {
            gateway.upload(.minute, dust: Double(minute), dataTime: morning + .seconds(60 * minute))
        }
        gateway.run(.seconds(700), dust: nil)
        let hour = try #require(gateway.kind(.hour).first?.factors["a34013"])
        #expect(hour.count == 20)
        #expect(hour.number("Avg") == 9.5)
        #expect(hour.number("Min") == 0)
        #expect(hour.number("Max") == 19)
    }

    @Test("a bad mark keeps its number in the record and counts for nothing in the hour")
    func badMark() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(1_800), dust: nil)
        gateway.upload(.minute, dust: 5, dataTime: morning, flag: .fault)
        gateway.upload(.minute, dust: 7, dataTime: morning + .seconds(60))
        #expect(gateway.records.last { $0.kind == .minute && $0.at == morning }?.factors["a34013"]?.flag == .fault)
        gateway.run(.seconds(700), dust: nil)
        #expect(gateway.kind(.hour).first?.factors["a34013"]?.number("Avg") == 7)
        #expect(gateway.kind(.hour).first?.factors["a34013"]?.count == 1)
    }

    @Test("an hour that is delivered after it closed is a record of its own")
    func hour() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(2_700), dust: nil)
        let start = WallInstant(millisecondsSince1970: morning.millisecondsSince1970 - 20 * 60_000)
        let before = gateway.records.count
        gateway.upload(.hour, dust: 3.5, dataTime: start)
        let added = gateway.records[before...].filter { $0.kind == .hour }
        #expect(added.map(\.at) == [start])
        #expect(added.first?.factors["a34013"]?.number("Avg") == 3.5)
    }

    @Test("whatever comes late and however often, no minute of a factor is recorded twice with a number")
    func neverTwice() throws {
        var generator = SeededGenerator()
        for _ in 0..<40 {
            var gateway = try TestGateway()
            for _ in 0..<30 {
                let minute = Int.random(in: -5...20, using: &generator)
                if Bool.random(using: &generator) {
                    gateway.upload(.minute, dust: 1, dataTime: morning + .seconds(60 * minute))
                }
                gateway.run(
                    .seconds(5 * Int.random(in: 1...12, using: &generator)),
                    dust: Bool.random(using: &generator) ? 4 : nil)
            }
            var seen: Set<WallInstant> = []
            for record in gateway.kind(.minute) where record.factors["a34013"]?.number("Avg") != nil {
                #expect(seen.insert(record.at).inserted, "\(generator)")
            }
        }
    }
}
