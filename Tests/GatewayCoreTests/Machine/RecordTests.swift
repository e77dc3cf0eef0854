import Foundation
import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite struct RecordTests {
    @Test("every poll of a raw device is one record, bad ones too")
    func raw() throws {
        var gateway = try TestGateway()
        gateway.poll(so2: Reading(value: 20))
        gateway.poll(so2: .failed(.timeout), o2: .failed(.timeout))
        let raw = gateway.kind(.raw)
        #expect(raw.count == 2)
        #expect(raw.allSatisfy { $0.place == .device("cems-1") })
        guard case .raw(let readings) = raw[1].content else { return #expect(Bool(false), "no raw content") }
        #expect(readings.readings.map(\.flag) == [.noCommunication, .noCommunication])
    }

    @Test(
        "the greatest numbers that are taken for measured leave no record without its numbers",
        arguments: [1e30, -1e30]
    )
    func greatNumbers(value: Double) throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(7_200), so2: value, dust: value)
        #expect(gateway.kind(.hour).count >= 1 && gateway.kind(.minute).count >= 100)
        let encoder = RecordEncoder(gateway: "g")
        for record in gateway.records {
            let text = String(decoding: encoder.encode(record, sequence: 1), as: UTF8.self)
            try #require(!text.contains("null") && !text.contains("inf") && !text.contains("nan"), "\(text)")
        }
    }

    @Test("a frame is journalled as it came, only for an instrument that passes frames through")
    func frame() throws {
        let bytes = Array("##0000\u{7}\r\n".utf8) + [0xFF]
        var gateway = try TestGateway(
            smallPlant.replacingOccurrences(of: "mn: \"0123\"", with: "mn: \"0123\", pass_through: true"))
        gateway.pass(.milliseconds(1_500))
        gateway.perform(gateway.machine.receivedFrame(instrument: 0, bytes: bytes, wall: gateway.wall))
        #expect(
            gateway.records == [
                Record(
                    kind: .frame, place: .device("dust-1"), at: morning + .milliseconds(1_500),
                    dataTime: ZoneRules.china.civilTime(at: gateway.wall), content: .frame(bytes))
            ])
        let silent = try TestGateway()
        #expect(silent.machine.receivedFrame(instrument: 0, bytes: bytes, wall: silent.wall).isEmpty)
    }

    @Test("realtime records come on the grid of their interval, with the present values")
    func realtime() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(60))
        let records = gateway.kind(.realtime)
        #expect(records.map { $0.at } == (1...5).map { morning + .seconds($0 * 10) })
        #expect(records.last?.factors["a21026"]?.number("Rtd") == 20)
        #expect(records.last?.factors["a34013"]?.number("Rtd") == 4)
        #expect(records.last?.period == nil)
    }

    @Test("a value that is too old is no present value: flag B and a reason")
    func stale() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(20))
        for _ in 0..<3 {
            gateway.pass(.seconds(10))
            gateway.tick()
        }
        let last = try #require(gateway.kind(.realtime).last?.factors["a21026"])
        #expect(last.flag == .noCommunication)
        #expect(last.fields.isEmpty)
        #expect(last.error == "no data")
    }

    @Test("a minute record carries average, minimum, maximum, count and flag, stamped with its start")
    func minute() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(30), so2: 10)
        gateway.run(.seconds(40), so2: 20)
        let record = try #require(gateway.kind(.minute).first)
        #expect(record.at == morning)
        #expect(record.dataTime.compact == "20261121102000")
        #expect(record.period == .seconds(60))
        let so2 = try #require(record.factors["a21026"])
        #expect(so2.fields == [.init("Avg", 15), .init("Min", 10), .init("Max", 20)])
        #expect(so2.count == 12)
        #expect(so2.flag == .normal)
    }

    @Test("a monitor's minute mean fills a minute without its samples, is marked, and makes no second record")
    func stated() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(65), dust: nil)
        gateway.upload(.minute, dust: 5, dataTime: morning)
        gateway.run(.seconds(60), dust: nil)
        let first = try #require(gateway.kind(.minute).first)
        #expect(gateway.kind(.minute).filter { $0.at == morning }.count == 1)
        #expect(first.factors["a34013"]?.number("Avg") == 5)
        #expect(first.factors["a34013"]?.count == nil)
        #expect(first.quality == ["a34013 stated by the instrument"])
    }

    @Test("a monitor's mean is not used where samples exist")
    func notStated() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(60), dust: 4)
        gateway.upload(.minute, dust: 99, dataTime: morning)
        gateway.run(.seconds(20), dust: 4)
        #expect(gateway.kind(.minute).first?.factors["a34013"]?.number("Avg") == 4)
        #expect(gateway.kind(.minute).first?.quality == [])
    }

    @Test("a value without a flag counts as normal, and the record says so")
    func withoutFlag() throws {
        var gateway = try TestGateway()
        gateway.upload(dust: 3, flag: nil)
        gateway.pass(.seconds(10))
        gateway.tick()
        let record = try #require(gateway.kind(.realtime).first)
        #expect(record.factors["a34013"]?.flag == .normal)
        #expect(record.quality == ["a34013 without a flag, N assumed"])
    }

    @Test("realtime data that took minutes to come are no present values")
    func delayed() throws {
        var gateway = try TestGateway()
        gateway.upload(dust: 3, dataTime: morning - .seconds(600))
        gateway.pass(.seconds(10))
        gateway.tick()
        #expect(gateway.kind(.realtime).first?.factors["a34013"]?.flag == .noCommunication)
    }

    @Test("a clock step of more than a second is an audit record (R21)", arguments: [3_600, -3_600, 2, -2])
    func clockStep(seconds: Int) throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(20))
        gateway.wall = gateway.wall + .seconds(seconds)
        gateway.run(.seconds(20))
        let steps = gateway.kind(.audit)
        #expect(steps.count == 1)
        guard case .event(let event)? = steps.first?.content else { return #expect(Bool(false), "no event") }
        #expect(event.name == "clock-step")
        #expect(event.details == [.init("milliseconds", String(seconds * 1_000))])
    }

    @Test("realtime records go on after the clock was set back (R21)")
    func realtimeAfterStep() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(60))
        let before = gateway.kind(.realtime).count
        gateway.wall = gateway.wall - .seconds(3_600)
        gateway.run(.seconds(60))
        #expect(gateway.kind(.realtime).count >= before + 5)
    }

    @Test("R28: a value that never changes is in every realtime record and every minute all the same")
    func constantValue() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(610), so2: 20, dust: 4)
        let realtime = gateway.kind(.realtime)
        #expect(realtime.count == 60)
        for record in realtime.dropFirst() {
            #expect(record.factors["a21026"]?.number("Rtd") == 20)
            #expect(record.factors["a34013"]?.number("Rtd") == 4)
        }
        let minutes = gateway.kind(.minute)
        #expect(minutes.count == 10)
        #expect(minutes.allSatisfy { $0.factors["a21026"]?.number("Avg") == 20 && $0.factors["a21026"]?.count == 12 })
    }
}
