import Protocol
package import Telemetry

extension StatusReport {
    /// The report as lines for a terminal of 80 columns, without colour codes.
    package func table(in language: Language) -> [String] {
        StatusTable(report: self, language: language).lines.flatMap { $0.fitted() }
    }
}

/// The words of a status report in one language.
private struct StatusTable {
    let report: StatusReport
    let language: Language

    private func said(_ en: String, _ zh: String) -> String { language(BilingualText(en, zh: zh)) }

    var lines: [String] {
        let journal = report.journal
        var lines = [heading, ""]
        for outlet in report.outlets {
            lines.append(outlet.name.map { "\(outlet.id)  \($0)" } ?? outlet.id)
            lines.append(contentsOf: outlet.marks.map(row))
            lines.append(contentsOf: outlet.factors.map(row))
            lines.append(contentsOf: outlet.rates.filter { $0.rates.due > 0 }.map(row))
        }
        lines += ["", said("sources", "数据来源")] + report.sources.flatMap(rows)
        lines += report.lines.flatMap(rows)
        lines += ["", said("uplinks", "上行链路")] + report.uplinks.flatMap(rows)
        lines += [
            "",
            said(
                "journal  head \(journal.head)  pending \(journal.pending)  dropped \(journal.dropped)",
                "日志库  最新编号 \(journal.head)  待写 \(journal.pending)  丢弃 \(journal.dropped)"),
        ]
        if let error = journal.lastError { lines.append("  \(error)") }
        if let response = report.response {
            let left = left(until: response.until)
            lines += [
                "",
                said(
                    "response \(response.level)  by \(response.source)  \(left) left",
                    "应急响应 \(response.level)  来源 \(response.source)  剩余 \(left)"),
            ]
        }
        let held =
            report.heldAlarms > 0
            ? said("  (\(report.heldAlarms) held by marks)", "  （另有 \(report.heldAlarms) 条因标记不报）") : ""
        let title = report.alarms.isEmpty ? said("alarms   none", "报警  无") : said("alarms", "报警")
        return lines + ["", title + held] + report.alarms.map(row)
    }

    /// Hours and minutes from the report to `end`.
    private func left(until end: WallInstant) -> String {
        let minutes = Int(max(.zero, end - report.at).inSeconds / 60)
        return said("\(minutes / 60) h \(minutes % 60) min", "\(minutes / 60) 小时 \(minutes % 60) 分")
    }

    private var heading: String {
        let clock = [report.civil.hour, report.civil.minute, report.civil.second].map { field in
            var text = ""
            text.appendDecimal(field, width: 2)
            return text
        }
        let memory = (Double(report.memoryBytes) / 1_048_576).rounded(toPlaces: 1)
        let state =
            report.isClockSynchronised
            ? said("clock synchronised", "时钟已同步") : said("clock NOT synchronised", "时钟未同步")
        return "gatewayd \(report.version)  \(report.gateway)  \(clock.joined(separator: ":"))  \(state)  "
            + said("memory", "内存") + " \(memory) MB"
    }

    private func row(_ factor: StatusReport.Factor) -> String {
        let value = factor.value.map { String(describing: $0.rounded(toPlaces: 3)) } ?? "-"
        let reason = factor.error.map { "  " + language(RecordedReason($0).words) } ?? ""
        return "  " + factor.code.cell(10) + value.paddedLeft(to: 14) + "  " + factor.flag.text + reason
    }

    private func row(_ mark: StatusReport.Mark) -> String {
        let place = mark.isOfPlant ? said("plant", "生产装置") : mark.factor ?? said("all factors", "全部因子")
        let end =
            mark.until.map { said("by hand, \(left(until: $0)) left", "人工，剩余 \(left(until: $0))") }
            ?? said("by its signal", "由信号给出")
        return "  " + place.cell(14) + said("MARKED", "标记") + " \(mark.mark) " + end
    }

    private func row(_ rates: StatusReport.Rates) -> String {
        func text(_ share: Double?) -> String { share.map { "\($0) %" } ?? "-" }
        let deliveries = rates.deliveries.map { "  \($0.uplink) \(text($0.rate))" }.joined()
        let (received, valid) = (text(rates.rates.transmission), text(rates.rates.validity))
        let span: String =
            switch rates.span.rawValue {
            case "today": said("today", "今日")
            case "yesterday": said("yesterday", "昨日")
            case "month": said("month", "本月")
            default: rates.span.rawValue
            }
        return "  " + span.cell(10)
            + said("received \(received)  valid \(valid)", "接收率 \(received)  有效率 \(valid)") + deliveries
    }

    private func rows(_ source: StatusReport.Source) -> [String] {
        let row =
            "  " + source.id.cell(14) + source.line.cell(12)
            + said(
                "good \(source.successes)  failed \(source.failures)  missed \(source.missed)",
                "成功 \(source.successes)  失败 \(source.failures)  错过 \(source.missed)")
            + (source.isSilent ? said("  SILENT", "  无数据") : "")
        let remarks = source.remarks.map { remark in
            (remark.kind == .unused ? said("NOT USED: ", "未使用：") : said("NOTE: ", "提示：")) + language(remark.text)
        }
        return [row]
            + ([source.lastError, source.hint].compactMap { $0 } + remarks).flatMap(under)
    }

    /// What came on a line from nobody that is known; nothing where nothing came.
    private func rows(_ line: StatusReport.Line) -> [String] {
        guard line.frames > 0 || line.defects > 0 else { return [] }
        let row = said(
            "  \(line.line)  from unknown senders: frames \(line.frames)  defects \(line.defects)  bytes \(line.bytes)",
            "  \(line.line)  来自未知发送方：报文 \(line.frames)  错误 \(line.defects)  字节 \(line.bytes)")
        return [row] + (line.lastError.map(under) ?? [])
    }

    /// What is said of the row above, one line of the table for each of its own.
    private func under(_ text: String) -> [String] { text.split(separator: "\n").map { "    " + $0 } }

    private func rows(_ uplink: StatusReport.Uplink) -> [String] {
        // An error is told also while it is connected: the broker may refuse everything.
        [row(uplink)] + (troubles(of: uplink).map(under) ?? []) + (uplink.lastError.map(under) ?? [])
            + uplink.unpublished.map {
                said("    CANNOT PUBLISH \($0.topic): \($0.reason)", "    无法发布 \($0.topic)：\($0.reason)")
            }
            + uplink.unsubscribed.map {
                said("    CANNOT LISTEN to \($0.topic): \($0.reason)", "    无法订阅 \($0.topic)：\($0.reason)")
            }
    }

    /// What the broker does not take; nil: it takes everything.
    private func troubles(of uplink: StatusReport.Uplink) -> String? {
        let troubles = [
            uplink.refused > 0 ? said("refused \(uplink.refused)", "被拒 \(uplink.refused)") : nil,
            uplink.setAside > 0 ? said("SET ASIDE \(uplink.setAside)", "搁置 \(uplink.setAside)") : nil,
            uplink.answersLost > 0 ? said("ANSWERS LOST \(uplink.answersLost)", "应答丢失 \(uplink.answersLost)") : nil,
        ].compactMap(\.self)
        return troubles.isEmpty ? nil : troubles.joined(separator: "  ")
    }

    private func row(_ uplink: StatusReport.Uplink) -> String {
        let state = uplink.isConnected ? said("connected", "已连接") : said("NOT CONNECTED", "未连接")
        return "  " + uplink.id.cell(14) + state.cell(15) + "MQTT \(uplink.version ?? "-")".cell(12)
            + said(
                "owed \(uplink.owed)  in flight \(uplink.inFlight)  acknowledged \(uplink.acknowledged)",
                "待传 \(uplink.owed)  在途 \(uplink.inFlight)  已确认 \(uplink.acknowledged)")
    }

    private func row(_ alarm: AlarmReport) -> String {
        "  \(language(alarm.severity.words).cell(9))\(alarm.rule.cell(4))\(alarm.message)"
    }
}

extension String {
    /// The text filled up with blanks to `width` columns, one at least.
    fileprivate func cell(_ width: Int) -> String { padded(toColumns: max(width, displayWidth + 1)) }

    fileprivate func paddedLeft(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth)) + self
    }
}
