import Protocol
import Telemetry

extension StatusReport {
    /// The report as one JSON object on one line.
    package var json: [UInt8] {
        var json = JSONWriter(reserving: 2_048)
        json.beginObject()
        json.field("gateway", gateway)
        json.field("version", version)
        json.field("since", integer: since.millisecondsSince1970)
        json.field("at", integer: at.millisecondsSince1970)
        json.field("clockSynchronised", bool: isClockSynchronised)
        json.field("memory", integer: memoryBytes)
        write(journal, to: &json)
        json.key("intake")
        json.beginObject()
        json.field("delayedUploads", integer: intake.delayedUploads)
        json.field("unusedStatements", integer: intake.unusedStatements)
        json.field("backfilledRecords", integer: intake.backfilledRecords)
        json.endObject()
        list("uplinks", uplinks, in: &json) { uplink, json in
            json.field("id", uplink.id)
            json.field("connected", bool: uplink.isConnected)
            json.field("mqtt", uplink.version)
            json.field("owed", integer: uplink.owed)
            json.field("inFlight", integer: uplink.inFlight)
            json.field("acknowledged", integer: uplink.acknowledged)
            json.field("refused", integer: uplink.refused)
            json.field("setAside", integer: uplink.setAside)
            list("unpublished", uplink.unpublished, in: &json, write: write)
            list("unsubscribed", uplink.unsubscribed, in: &json, write: write)
            json.field("answersLost", integer: uplink.answersLost)
            json.field("error", uplink.lastError)
        }
        list("sources", sources, in: &json) { source, json in
            json.field("id", source.id)
            json.field("line", source.line)
            json.field("good", integer: source.successes)
            json.field("failed", integer: source.failures)
            json.field("missed", integer: source.missed)
            json.field("silent", bool: source.isSilent)
            json.field("error", source.lastError)
            json.field("hint", source.hint)
            list("remarks", source.remarks, in: &json, write: write)
        }
        list("lines", lines, in: &json) { line, json in
            json.field("line", line.line)
            json.field("unknownFrames", integer: line.frames)
            json.field("unknownDefects", integer: line.defects)
            json.field("unknownBytes", integer: line.bytes)
            json.field("error", line.lastError)
        }
        list("outlets", outlets, in: &json) { outlet, json in
            json.field("id", outlet.id)
            json.field("name", outlet.name)
            json.field("lateSamples", integer: outlet.lateSamples)
            list("marks", outlet.marks, in: &json) { mark, json in
                json.field("factor", mark.factor)
                json.field(mark.isOfPlant ? "plant" : "flag", mark.mark)
                json.field("until", integer: mark.until?.millisecondsSince1970)
            }
            list("factors", outlet.factors, in: &json) { factor, json in
                json.field("code", factor.code)
                json.field("value", number: factor.value)
                json.field("flag", factor.flag.text)
                json.field("error", factor.error)
            }
            json.key("rates")
            json.beginObject()
            for entry in outlet.rates { write(entry, to: &json) }
            json.endObject()
        }
        if let response {
            json.key("response")
            json.beginObject()
            json.field("level", response.level)
            json.field("until", integer: response.until.millisecondsSince1970)
            json.field("by", response.source)
            json.endObject()
        }
        json.field("heldAlarms", integer: heldAlarms)
        json.key("alarms")
        json.beginArray()
        for alarm in alarms { alarm.write(to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private func write(_ entry: Rates, to json: inout JSONWriter) {
        json.key(entry.span.rawValue)
        json.beginObject()
        entry.rates.write(to: &json)
        json.key("uplinks")
        json.beginObject()
        for delivery in entry.deliveries {
            json.key(delivery.uplink)
            json.beginObject()
            delivery.write(to: &json)
            json.endObject()
        }
        json.endObject()
        json.endObject()
    }

    private func write(_ remark: IntakeRemark, to json: inout JSONWriter) {
        json.field("kind", remark.kind.rawValue)
        json.field("text", remark.text.en)
        json.field("count", integer: remark.count)
        json.field("last", integer: remark.last.millisecondsSince1970)
    }

    private func write(_ refused: RefusedTopic, to json: inout JSONWriter) {
        json.field("topic", refused.topic)
        json.field("reason", refused.reason)
    }

    private func write(_ journal: Journal, to json: inout JSONWriter) {
        json.key("journal")
        json.beginObject()
        json.field("head", integer: journal.head)
        json.field("pending", integer: journal.pending)
        json.field("dropped", integer: journal.dropped)
        json.field("error", journal.lastError)
        json.endObject()
    }

    private func list<Element>(
        _ name: String, _ elements: [Element], in json: inout JSONWriter,
        write: (Element, inout JSONWriter) -> Void
    ) {
        json.key(name)
        json.beginArray()
        for element in elements {
            json.beginObject()
            write(element, &json)
            json.endObject()
        }
        json.endArray()
    }
}
