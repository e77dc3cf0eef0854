import GatewayCore
import Telemetry
import Testing

@Suite struct IntrusionWatchTests {
    private let start = Uptime(nanoseconds: 1_000_000_000)

    @Test("R38: 4,000 guesses within 10 ms are one alarm and one audit record")
    func guesses() throws {
        var gateway = try TestGateway()
        var watch = IntrusionWatch()
        for guess in 0..<4_000 as Range<Int64> {
            watch.note(.refused, host: "192.0.2.7", mn: "0123", at: start + .microseconds(guess * 5 / 2))
        }
        var actions: [GatewayMachine.Action] = []
        for second in stride(from: 1, through: 55, by: 5) as StrideThrough<Int64> {
            let (now, wall) = (start + .seconds(second), morning + .seconds(second))
            actions += gateway.machine.judgeIntrusions(instrument: 0, watch.reports(at: now), at: now, wall: wall)
        }
        let alarm = try #require(gateway.machine.activeAlarms(at: morning, in: .en).first)
        #expect(gateway.machine.activeAlarms(at: morning).map(\.rule) == ["D13"])
        #expect(alarm.message.contains("4000 frames refused, from 192.0.2.7 (4000)"))
        let kinds = actions.compactMap { if case .journal(let record) = $0 { record.kind } else { nil } }
        #expect(kinds.filter { $0 == .audit }.count == 1 && kinds.filter { $0 == .alarm }.count == 1)
    }

    @Test("An audit record a minute while it goes on, with what came since the last")
    func audits() {
        var watch = IntrusionWatch()
        var audited: [Int] = []
        for second in 0..<180 as Range<Int64> {
            for _ in 0..<10 { watch.note(.refused, host: "h", at: start + .seconds(second)) }
            audited += watch.reports(at: start + .seconds(second)).compactMap(\.audited)
        }
        #expect(audited == [10, 600, 600])
    }

    @Test("A few refused frames are no alarm; ten within ten minutes are; ten minutes without end it")
    func threshold() {
        var watch = IntrusionWatch()
        for minute in 0..<9 as Range<Int64> { watch.note(.refused, host: "h", at: start + .seconds(minute * 60)) }
        #expect(watch.reports(at: start + .seconds(540)).map(\.isAlarm) == [false])
        watch.note(.refused, host: "h", at: start + .seconds(540))
        #expect(watch.reports(at: start + .seconds(1_139)).map(\.isAlarm) == [true])
        #expect(watch.reports(at: start + .seconds(1_140)).isEmpty)
    }

    @Test("Many addresses are told within a bound")
    func manyAddresses() {
        var watch = IntrusionWatch()
        for host in 0..<1_000 { watch.note(.turnedAway, host: "10.0.\(host / 256).\(host % 256)", at: start) }
        let report = watch.reports(at: start).first
        #expect(report?.count == 1_000 && report?.isAlarm == true)
        #expect(report?.hosts.hasSuffix(", … (992)") == true && (report?.hosts.utf8.count ?? 999) < 200)
    }
}
