import Protocol
import Telemetry
import Testing

@testable import GatewayCore

@Suite struct StatusTableTests {
    private static let now = WallInstant(millisecondsSince1970: 1_795_227_600_000)

    private var report: StatusReport {
        StatusReport(
            gateway: "plant-01", version: "0.1.0", since: Self.now, at: Self.now,
            civil: CivilTime(year: 2026, month: 11, day: 21, hour: 9, minute: 5), isClockSynchronised: false,
            memoryBytes: 20_000_000, journal: .init(head: 12, pending: 1, dropped: 0, lastError: nil),
            intake: .init(delayedUploads: 0, unusedStatements: 0, backfilledRecords: 0),
            uplinks: [
                .init(
                    id: "province", isConnected: true, version: "5", owed: 3, inFlight: 1, acknowledged: 9, refused: 1,
                    setAside: 1, unpublished: [], unsubscribed: [], answersLost: 1, lastError: nil),
                .init(
                    id: "city", isConnected: false, version: nil, owed: 3, inFlight: 1, acknowledged: 9, refused: 0,
                    setAside: 0, unpublished: [.init(topic: "a", reason: "b")],
                    unsubscribed: [.init(topic: "a", reason: "b")], answersLost: 0, lastError: "timeout"),
            ],
            sources: [
                .init(
                    id: "cems-1", line: "rack", successes: 5, failures: 1, missed: 0, isSilent: true,
                    lastError: "timeout")
            ],
            outlets: [
                .init(
                    id: "stack-1", name: nil, factors: [],
                    marks: [
                        .init(factor: nil, mark: "M", isOfPlant: false, until: Self.now + .seconds(5_400)),
                        .init(factor: nil, mark: "F", isOfPlant: true, until: nil),
                    ], lateSamples: 0)
            ],
            alarms: [
                AlarmReport(
                    id: "x", rule: "L1", severity: .warning, state: .raised, source: "stack-1", since: Self.now,
                    message: "-")
            ], heldAlarms: 1)
    }

    private func isWide(_ text: String) -> Bool { text.displayWidth > text.unicodeScalars.count }

    @Test("the table has no Chinese in English, and no English sentence in Chinese")
    func languages() {
        #expect(!report.table(in: .en).contains(where: isWide))
        let chinese = report.table(in: .zh)
        // What a device is in trouble with stands behind four blanks, as it was told.
        for line in chinese where !line.isEmpty && line != "stack-1" && !line.hasPrefix("    timeout") {
            #expect(isWide(line), "\(line)")
        }
        #expect(chinese.contains { $0.contains("时钟未同步") })
        #expect(chinese.contains("数据来源") && chinese.contains("上行链路"))
        #expect(report.table(in: .en).count == chinese.count)
    }

    @Test("no line is wider than a terminal, Chinese without blanks and long rows included")
    func width() {
        var report = report
        let reason = "连接到平台失败：对方拒绝连接，请检查地址、端口和防火墙，确认平台正在运行，然后再试一次，仍不行时联系平台管理员"
        report.uplinks[0].owed = 123_456_789_012
        report.uplinks[0].acknowledged = 123_456_789_012
        report.uplinks[0].lastError = reason
        report.uplinks[1].unpublished[0].reason = reason
        report.sources[0].lastError = "read holding 0: exception 2, illegal data address; " + reason
        report.alarms[0].message = reason + " " + reason
        for language in Language.allCases {
            let table = report.table(in: language)
            for line in table { #expect(line.displayWidth <= 80, "\(line)") }
            #expect(table.joined().replacing(" ", with: "").firstRange(of: reason) != nil)
        }
    }

    @Test("long trouble is broken into lines of 80 columns, in Chinese too, and no line begins with a full stop")
    func wrapping() {
        var report = report
        let trouble = "连接断开：对方关闭了连接。收到的报文不完整，请检查仪表的端口设置、波特率、校验位和 MN，以及线路是否接反；" + "详见日志。"
        report.sources[0].lastError = trouble + trouble
        let lines = report.table(in: .zh).filter { $0.hasPrefix("    ") && isWide($0) }
        #expect(lines.count >= 3)
        for line in lines { #expect(line.displayWidth <= 80, "\(line)") }
        let starts = lines.compactMap { line in line.first { $0 != " " } }
        #expect(!starts.contains { "，。：；、".contains($0) })
        let blanks: (Character) -> Bool = { $0 == " " }
        #expect(
            String(lines.joined().filter { !blanks($0) }).contains(String((trouble + trouble).filter { !blanks($0) })))
    }

    @Test("columns stand under one another by the width of the characters")
    func columns() throws {
        for language in Language.allCases {
            let rows = report.table(in: language).filter { $0.contains("MQTT ") }
            #expect(rows.count == 2)
            let starts = rows.compactMap { row in
                row.firstRange(of: "MQTT ").map { String(row[..<$0.lowerBound]).displayWidth }
            }
            #expect(Set(starts) == [31], "\(language)")
        }
    }
}
