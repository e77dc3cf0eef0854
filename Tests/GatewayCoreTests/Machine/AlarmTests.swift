import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite struct AlarmTests {
    @Test("a value above the limit raises at once and clears below the deadband, under one id")
    func limit() throws {
        var gateway = try TestGateway()
        for value in [20, 34.9, 35.1, 36, 34, 33.1, 33, 20] {
            gateway.poll(so2: Reading(value: value))
            gateway.pass(.seconds(5))
        }
        let alarms = gateway.alarms.filter { $0.rule == "L6" }
        #expect(alarms.map(\.state) == [.raised, .cleared])
        #expect(alarms.map(\.value) == [35.1, 33])
        #expect(alarms[0].id == alarms[1].id)
        #expect(alarms[0].limit == 35)
        #expect(alarms[0].severity == .alarm)
        #expect(alarms[0].message == "a21026 realtime value 35.1 is above the limit 35")
        #expect(gateway.published.last == [])
    }

    @Test("the warning share of a limit is a warning of its own (L3), never above warning")
    func warning() throws {
        var gateway = try TestGateway()
        gateway.poll(so2: Reading(value: 28.5))
        #expect(gateway.alarms.map(\.rule) == ["L3"])
        #expect(gateway.alarms.map(\.severity) == [.warning])
    }

    @Test("values that are not good are not judged", arguments: [DataFlag.calibration, .maintenance, .fault])
    func flagged(flag: DataFlag) throws {
        var gateway = try TestGateway()
        gateway.poll(so2: Reading(value: 500, flag: flag))
        #expect(gateway.alarms.isEmpty)
    }

    @Test("a minute limit judges the minute's average when it closes")
    func minuteLimit() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(70), so2: 31)
        let alarm = try #require(gateway.alarms.first { $0.message.contains("minute") })
        #expect(alarm.value == 31)
        #expect(alarm.since == morning)
    }

    @Test("a silent device is one alarm (D1) and not one for each factor; data end it")
    func deviceGap() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(10))
        for _ in 0..<14 {
            gateway.poll(so2: .failed(.timeout), o2: .failed(.timeout))
            gateway.upload(dust: 4)
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        let raised = gateway.alarms
        #expect(raised.map(\.rule) == ["D1"])
        #expect(raised.first?.source == "cems-1")
        #expect(raised.first?.message.contains("timeout") == true)
        gateway.run(.seconds(5))
        #expect(gateway.alarms.map(\.state) == [.raised, .cleared])
        #expect(gateway.machine.activeAlarms.isEmpty)
    }

    @Test("one dead factor of a living device is an alarm of its own")
    func factorGap() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(10))
        for _ in 0..<14 {
            gateway.poll(so2: .failed(.exception(code: 2)))
            gateway.upload(dust: 4)
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        #expect(gateway.alarms.map(\.factor) == ["a21026"])
        #expect(gateway.records.first { $0.kind == .alarm }?.place.topicSegment == "stack-1")
    }

    @Test("an instrument that never sent anything is silent too")
    func neverSeen() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(70), dust: nil)
        #expect(gateway.alarms.map(\.source) == ["dust-1"])
    }

    @Test("an uplink that acknowledges nothing for its time is an alarm (D6) and comes back")
    func uplinkGap() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(595))
        #expect(gateway.alarms.isEmpty)
        gateway.run(.seconds(10))
        #expect(gateway.alarms.map(\.rule) == ["D6"])
        gateway.perform(gateway.machine.uplinkIsWell(0, at: gateway.now, wall: gateway.wall))
        #expect(gateway.alarms.map(\.state) == [.raised, .cleared])
    }

    @Test("trouble of the journal is a critical alarm (D10), raised once")
    func journal() throws {
        var gateway = try TestGateway()
        for trouble in ["disk full", "disk full", nil, nil] as [String?] {
            gateway.perform(gateway.machine.journalIs(inTrouble: trouble, at: gateway.wall))
        }
        #expect(gateway.alarms.map(\.state) == [.raised, .cleared])
        #expect(gateway.alarms.first?.severity == .critical)
    }

    @Test("messages exist in Chinese, the default")
    func chinese() throws {
        var gateway = try TestGateway(smallPlant.replacing(", language: en", with: ""))
        gateway.poll(so2: Reading(value: 40))
        #expect(gateway.alarms.first?.message.contains("高于限值 35") == true)
    }
}
