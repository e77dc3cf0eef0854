import Protocol
import Telemetry

extension EmissionReport {
    /// The report as one JSON object on one line.
    package var json: [UInt8] {
        var json = JSONWriter(reserving: 65_536)
        json.beginObject()
        json.field("outlet", outlet)
        json.field("name", name)
        json.field("period", period.text)
        json.key("factors")
        json.beginArray()
        for factor in factors { write(factor, to: &json) }
        json.endArray()
        if let equivalent { write(equivalent, to: &json) }
        json.endObject()
        return json.bytes
    }

    private func write(_ factor: Factor, to json: inout JSONWriter) {
        json.beginObject()
        json.field("code", factor.code)
        if !factor.name.en.isEmpty { json.field("en", factor.name.en) }
        if !factor.name.zh.isEmpty { json.field("zh", factor.name.zh) }
        json.field("unit", factor.unit)
        json.field("amountUnit", factor.amountUnit)
        json.key("rows")
        json.beginArray()
        for row in factor.rows { write(row, to: &json) }
        json.endArray()
        json.key("total")
        write(factor.total, to: &json)
        if !factor.substitutes.isEmpty {
            json.key("substitutes")
            json.beginArray()
            for substitute in factor.substitutes { write(substitute, to: &json) }
            json.endArray()
        }
        json.endObject()
    }

    private func write(_ row: Row, to json: inout JSONWriter) {
        json.beginObject()
        json.field("period", row.label)
        json.field("mean", number: row.mean?.value)
        if row.mean?.isValid == false { json.field("meanValid", bool: false) }
        json.field("converted", number: row.converted?.value)
        if row.converted?.isValid == false { json.field("convertedValid", bool: false) }
        json.field("measured", number: row.amount)
        json.field("substituted", number: row.substituted)
        if !row.methods.isEmpty {
            json.key("methods")
            json.beginObject()
            for entry in row.methods { json.field(entry.method, integer: entry.hours) }
            json.endObject()
        }
        json.field("hours", integer: row.capture.hours)
        json.field("stopped", integer: row.capture.stopped)
        json.field("invalid", integer: row.capture.invalid)
        json.field("capture", number: row.capture.rate?.rounded(toPlaces: 4))
        json.endObject()
    }

    private func write(_ substitute: Substitute, to json: inout JSONWriter) {
        json.beginObject()
        json.field("hour", substitute.hour.compact)
        json.field("amount", number: substitute.amount)
        json.field("method", substitute.method)
        json.field("from", substitute.window.first?.compact)
        json.field("to", substitute.window.last?.compact)
        json.endObject()
    }

    private func write(_ equivalent: Equivalent, to json: inout JSONWriter) {
        json.key("co2e")
        json.beginObject()
        json.field("set", equivalent.potentials.name)
        json.field("source", equivalent.potentials.source)
        json.field("unit", "kg")
        json.key("factors")
        json.beginArray()
        for code in equivalent.codes { json.string(code) }
        json.endArray()
        json.key("potentials")
        json.beginObject()
        for (code, weight) in zip(equivalent.codes, equivalent.weights) { json.field(code, number: weight) }
        json.endObject()
        json.key("rows")
        json.beginArray()
        for (row, value) in zip(factors.first?.rows ?? [], equivalent.rows) {
            json.beginObject()
            json.field("period", row.label)
            json.field("co2e", number: value)
            json.endObject()
        }
        json.endArray()
        json.field("total", number: equivalent.total)
        json.endObject()
    }
}
