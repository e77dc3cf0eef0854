import GatewayCore

extension GatewayScenario {
    /// C4: what the monitor states of an hour.
    static let statements: [GatewayScenario] = [
        GatewayScenario(
            "C4", "an hour's mass of nothing", during: [(61..<130, { $0.statedMass = 0 })],
            expects: ["C4 a21002 02:00-03:00"]),
        GatewayScenario(
            "C4", "mass without flow", during: [(61..<130, { $0.statedVolume = 0 })],
            expects: ["C4 a21002 02:00-03:00"]),
        GatewayScenario(
            "C4", "less than a gram", during: [(61..<130, { ($0.statedMass, $0.statedVolume) = (0, 20) })], expects: []),
    ]

    /// D2–D13: links, clock and disk.
    static let links: [GatewayScenario] = [
        GatewayScenario(
            "D2", "every tenth request fails", during: [(60..<90, { $0.failsEvery = 10 })],
            expects: ["D2 cems 01:05-01:45:50"]),
        GatewayScenario("D2", "every thirtieth", during: [(60..<90, { $0.failsEvery = 30 })], expects: []),
        GatewayScenario(
            "D3", "the device's counter stands for two cycles", during: [(60..<62, { $0.counterStands = true })],
            expects: ["D3 cems 01:01:50-01:02"]),
        GatewayScenario(
            "D3", "for less", during: [(60..<61.8, { $0.counterStands = true })], expects: []),
        GatewayScenario(
            "D5", "an hour that is acknowledged after twenty minutes",
            during: [(60..<80, { $0.unacknowledged = [.hour] })], expects: ["D5 province 01:17-01:20"]),
        GatewayScenario(
            "D5", "after a quarter of an hour", during: [(60..<76, { $0.unacknowledged = [.hour] })], expects: []),
        GatewayScenario(
            "D6", "no acknowledgement for a minute", during: [(60..<61, { $0.uplinkIsDown = true })],
            expects: ["D6 province 01:00:50-01:01"]),
        GatewayScenario("D6", "for less", during: [(60..<60.6, { $0.uplinkIsDown = true })], expects: []),
        GatewayScenario(
            "D7", "a record that waits for an hour", during: [(60..<122, { $0.unacknowledged = [.minute] })],
            expects: ["D7 province 02:01-02:02"]),
        GatewayScenario(
            "D7", "for less", during: [(60..<121, { $0.unacknowledged = [.minute] })], expects: []),
        GatewayScenario(
            "D8", "half of the hours that the rest of the month may lose", rules: lossAlone,
            during: lost(hours: 13), hours: 14, expects: ["D8 place 13:00:10-"]),
        GatewayScenario(
            "D8", "one hour less", rules: lossAlone, during: lost(hours: 12), hours: 14, expects: []),
        GatewayScenario(
            "D9", "the clock is six seconds off", during: [(60..<62, { $0.clockOffset = .seconds(6) })],
            expects: ["D9 gateway 01:00-01:03"]),
        GatewayScenario(
            "D9", "five seconds", during: [(60..<62, { $0.clockOffset = .seconds(-5) })], expects: []),
        GatewayScenario(
            "D10", "less than a tenth of the disk is free", during: [(60..<62, { $0.freeShare = 0.09 })],
            expects: ["D10 journal 01:00-01:03"]),
        GatewayScenario(
            "D10", "the journal cannot be written", during: [(60..<62, { $0.journalTrouble = "disk full" })],
            expects: ["D10 journal 01:00-01:03"]),
        GatewayScenario("D10", "a tenth", during: [(60..<62, { $0.freeShare = 0.1 })], expects: []),
        GatewayScenario(
            "D11", "a record that the broker refuses, until somebody has taken note",
            at: [(60, .refusal), (90, .acknowledgement(rule: "D11"))], expects: ["D11 province 01:00-01:30"]),
        GatewayScenario(
            "D11", "records that wait because the broker is away", during: [(60..<62, { $0.uplinkIsDown = true })],
            expects: ["D6 province 01:00:50-01:02"]),
        GatewayScenario(
            "D12", "another client takes over the session until ten minutes later",
            at: [
                (60, .takeovers(2, isCertain: true)), (61, .takeovers(5, isCertain: true)),
                (71, .takeovers(0, isCertain: true)),
            ],
            expects: ["D12 province 01:00-01:11"]),
        GatewayScenario(
            "D12", "suspected of a broker that gives no reason",
            at: [(60, .takeovers(5, isCertain: false)), (70, .takeovers(0, isCertain: false))],
            expects: ["D12 province 01:00-01:10"]),
        GatewayScenario("D12", "nobody does", at: [(60, .takeovers(0, isCertain: false))], expects: []),
        GatewayScenario(
            "D13", "passwords are guessed, and a second peer uses the MN of the monitor",
            at: [
                (60, .intrusions([intrusion(.refused, 4_000), intrusion(.secondPeer, 1)])),
                (65, .intrusions([intrusion(.refused, 4_000)])), (71, .intrusions([])),
            ],
            expects: ["D13 monitor 01:00-01:11", "D13 monitor 01:00-01:05"]),
        GatewayScenario(
            "D13", "an instrument is turned away",
            at: [(60, .intrusions([intrusion(.turnedAway, 1)])), (70, .intrusions([]))],
            expects: ["D13 monitor 01:00-01:10"]),
        GatewayScenario(
            "D13", "a few wrong frames", at: [(60, .intrusions([intrusion(.refused, 3, isAlarm: false)]))], expects: []),
    ]

    private static func intrusion(_ kind: Intrusion, _ count: Int, isAlarm: Bool = true) -> IntrusionWatch.Report {
        IntrusionWatch.Report(kind: kind, count: count, hosts: "192.0.2.7 (\(count))", mn: "0123", isAlarm: isAlarm)
    }

    /// Twenty minutes of each are a fault.
    private static func lost(hours: Int) -> [(time: Range<Double>, change: Change)] {
        let fault: Change = { $0.flag = .fault }
        return (0..<hours).map { hour in
            let start = Double(hour * 60 + 10)
            return (start..<start + 20, fault)
        }
    }

    private static let lossAlone = "D1: { enabled: false }, D4: { enabled: false }"
    private static let quiet = "D1: { enabled: false }, D4: { enabled: false }, D8: { enabled: false }"

    /// M1–M5: parameters, the gateway itself, maintenance and exemptions.
    static let upkeep: [GatewayScenario] = [
        GatewayScenario(
            "M1", "another slope, until somebody has taken note", during: [(60..<240, { $0.slope = 1.03 })],
            at: [(90, .acknowledgement(rule: "M1"))], expects: ["M1 cems 01:00-01:30"]),
        GatewayScenario(
            "M1", "the slope as 32 bits have it", during: [(60..<240, { $0.slope = Double(Float(1.02)) })], expects: []),
        GatewayScenario(
            "M2", "an orderly restart", at: [(60, .start(after: RunTrace(fingerprint: "a", boot: "1", isEnded: true)))],
            expects: ["M2 gateway 01:00-01:00"]),
        GatewayScenario(
            "M2", "power failed, and the configuration is another",
            at: [(60, .start(after: RunTrace(fingerprint: "b", boot: "0")))],
            expects: ["M2 gateway 01:00-01:00", "M2 gateway 01:00-01:00"]),
        GatewayScenario("M2", "the first start", expects: []),
        GatewayScenario(
            "M4", "maintenance for more than six hours", rules: quiet,
            during: [(60..<422, { $0.flag = .maintenance })], hours: 8, expects: ["M4 cems 07:01-07:03"]),
        GatewayScenario(
            "M4", "for six hours", rules: quiet, during: [(60..<420, { $0.flag = .maintenance })], hours: 8,
            expects: []),
        GatewayScenario(
            "M4", "a fault for more than twelve hours", rules: quiet, during: [(60..<782, { $0.flag = .fault })],
            hours: 14, expects: ["M4 cems 13:01-13:03"]),
        GatewayScenario(
            "M4", "for twelve hours", rules: quiet, during: [(60..<780, { $0.flag = .fault })], hours: 14, expects: []),
        GatewayScenario(
            "M5", "half of the year's hours of start-up", during: [(60..<120, { $0.mark = 2 })],
            expects: ["M5 place 02:00-"]),
        GatewayScenario("M5", "a minute less", during: [(60..<119, { $0.mark = 2 })], expects: []),
    ]
}
