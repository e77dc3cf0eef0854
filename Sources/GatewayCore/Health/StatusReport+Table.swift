import Protocol
import Telemetry

extension StatusReport {
    /// The report as lines for a terminal of 80 columns, without colour codes.
    package var table: [String] {
        var lines = [heading, ""]
        for outlet in outlets {
            lines.append(outlet.name.map { "\(outlet.id)  \($0)" } ?? outlet.id)
            lines.append(contentsOf: outlet.marks.map(row))
            lines.append(contentsOf: outlet.factors.map(row))
            lines.append(contentsOf: outlet.rates.filter { $0.rates.due > 0 }.map(row))
        }
        lines += ["", "sources"] + sources.flatMap(rows)
        lines += ["", "uplinks"] + uplinks.flatMap(rows)
        lines += ["", "journal  head \(journal.head)  pending \(journal.pending)  dropped \(journal.dropped)"]
        if let error = journal.lastError { lines.append("  \(error)") }
        if let response {
            lines += ["", "response \(response.level)  by \(response.source)  \(left(until: response.until)) left"]
        }
        let held = heldAlarms > 0 ? "  (\(heldAlarms) held by marks)" : ""
        lines += ["", (alarms.isEmpty ? "alarms   none" : "alarms") + held] + alarms.map(row)
        return lines
    }

    /// Hours and minutes from the report to `end`.
    private func left(until end: WallInstant) -> String {
        let minutes = Int(max(.zero, end - at).inSeconds / 60)
        return "\(minutes / 60) h \(minutes % 60) min"
    }

    private var heading: String {
        let clock = [civil.hour, civil.minute, civil.second].map { field in
            var text = ""
            text.appendDecimal(field, width: 2)
            return text
        }
        let memory = (Double(memoryBytes) / 1_048_576).rounded(toPlaces: 1)
        return "gatewayd \(version)  \(gateway)  \(clock.joined(separator: ":"))"
            + "  clock \(isClockSynchronised ? "synchronised" : "NOT synchronised")  memory \(memory) MB"
    }

    private func row(_ factor: Factor) -> String {
        let value = factor.value.map { String(describing: $0.rounded(toPlaces: 3)) } ?? "-"
        let reason = factor.error.map { "  \($0)" } ?? ""
        return "  " + factor.code.padded(to: 10) + value.paddedLeft(to: 14) + "  " + factor.flag.text + reason
    }

    private func row(_ mark: Mark) -> String {
        let place = mark.isOfPlant ? "plant" : mark.factor ?? "all factors"
        let end = mark.until.map { "by hand, \(left(until: $0)) left" } ?? "by its signal"
        return "  " + place.padded(to: 14) + "MARKED \(mark.mark) " + end
    }

    private func row(_ rates: Rates) -> String {
        func text(_ share: Double?) -> String { share.map { "\($0) %" } ?? "-" }
        let deliveries = rates.deliveries.map { "  \($0.uplink) \(text($0.rate))" }.joined()
        return "  " + rates.span.rawValue.padded(to: 10) + "received \(text(rates.rates.transmission))  valid "
            + "\(text(rates.rates.validity))" + deliveries
    }

    private func rows(_ source: Source) -> [String] {
        let row =
            "  " + source.id.padded(to: 14) + source.line.padded(to: 12)
            + "good \(source.successes)  failed \(source.failures)  missed \(source.missed)"
            + (source.isSilent ? "  SILENT" : "")
        return [row] + [source.lastError, source.hint].compactMap { $0 }.flatMap { wrapped($0, indent: 4) }
    }

    /// `text` in lines of at most 80 columns.
    private func wrapped(_ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let line = lines.last, line.displayWidth + 1 + word.count <= 80 {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(String(repeating: " ", count: lines.isEmpty ? indent : indent + 2) + word)
            }
        }
        return lines
    }

    private func rows(_ uplink: Uplink) -> [String] {
        [row(uplink)] + uplink.unpublished.map { "    CANNOT PUBLISH \($0.topic): \($0.reason)" }
            + uplink.unsubscribed.map { "    CANNOT LISTEN to \($0.topic): \($0.reason)" }
    }

    private func row(_ uplink: Uplink) -> String {
        // Also while it is connected: the broker may refuse everything.
        let error = uplink.lastError.map { "  (\($0))" } ?? ""
        let trouble =
            (uplink.refused > 0 ? "  refused \(uplink.refused)" : "")
            + (uplink.setAside > 0 ? "  SET ASIDE \(uplink.setAside)" : "")
            + (uplink.answersLost > 0 ? "  ANSWERS LOST \(uplink.answersLost)" : "")
        return "  " + uplink.id.padded(to: 14) + (uplink.isConnected ? "connected" : "NOT CONNECTED").padded(to: 15)
            + "MQTT \(uplink.version ?? "-")".padded(to: 12)
            + "owed \(uplink.owed)  in flight \(uplink.inFlight)  acknowledged \(uplink.acknowledged)" + trouble + error
    }

    private func row(_ alarm: AlarmReport) -> String {
        "  \(alarm.severity.rawValue.padded(to: 9))\(alarm.rule.padded(to: 4))\(alarm.message)"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }

    fileprivate func paddedLeft(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
