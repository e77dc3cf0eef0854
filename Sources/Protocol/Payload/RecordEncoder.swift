import Telemetry

/// Turns records into the JSON that is journalled and published: version 1 of the message format.
///
/// The text begins `{"v":1,"gateway":"…","seq":N,`; an uplink puts `prev` behind that when it sends.
package struct RecordEncoder: Sendable {
    private let gateway: String

    package init(gateway: String) {
        self.gateway = gateway
    }

    package func encode(_ record: Record, sequence: Int64) -> [UInt8] {
        var json = JSONWriter(reserving: capacity(for: record))
        json.beginObject()
        json.field("v", integer: 1)
        json.field("gateway", gateway)
        json.field("seq", integer: sequence)
        switch record.place {
        case .outlet(let outlet):
            json.field("outlet", outlet.id)
            json.field("mn", outlet.mn)
            json.field("st", outlet.st)
        case .device(let id): json.field("device", id)
        case .gateway: break
        }
        json.field("kind", record.kind.rawValue)
        json.field("ts", integer: record.at.millisecondsSince1970)
        json.field("dataTime", record.dataTime.compact)
        json.field("period", integer: record.period.map { $0.wholeMilliseconds / 1_000 })
        json.field("mark", record.mark)
        switch record.content {
        case .factors(let factors, let quality): write(factors, quality: quality, to: &json)
        case .rates(let rates): rates.write(to: &json)
        case .counts(let counts): counts.write(to: &json)
        case .raw(let raw): write(raw, to: &json)
        case .alarm(let alarm):
            json.key("alarm")
            alarm.write(to: &json)
        case .event(let event): write(event, to: &json)
        case .frame(let frame): write(frame, to: &json)
        case .answers(let answers, let unit): answers.write(unit: unit, to: &json)
        }
        json.endObject()
        return json.bytes
    }

    /// Enough that an ordinary record is written without growing its buffer.
    private func capacity(for record: Record) -> Int {
        switch record.content {
        case .factors(let factors, _): 256 + factors.count * 112
        case .raw(let raw): 224 + raw.readings.count * 28
        case .alarm, .event, .counts: 640
        case .rates(let rates): 640 + rates.factors.count * 128
        case .frame(let frame): 224 + frame.count + frame.count / 3
        case .answers(let answers, _): 192 + answers.reduce(0) { $0 + 56 + 4 * $1.words.count }
        }
    }

    private func write(_ factors: [FactorRecord], quality: [String], to json: inout JSONWriter) {
        json.key("data")
        json.beginObject()
        for factor in factors {
            json.key(factor.code)
            json.beginObject()
            for field in factor.fields { json.field(field.name, number: field.value) }
            json.field("Flag", factor.flag.text)
            json.field("Count", integer: factor.count)
            for shortcoming in factor.shortcomings {
                json.field("\(shortcoming.subject.rawValue)Valid", bool: false)
                json.field("\(shortcoming.subject.rawValue)Reason", shortcoming.reason)
            }
            json.endObject()
        }
        json.endObject()
        writeErrors(factors.lazy.map { ($0.code, $0.error) }, to: &json)
        if !quality.isEmpty {
            json.key("quality")
            json.beginArray()
            for remark in quality { json.string(remark) }
            json.endArray()
        }
    }

    private func write(_ raw: RawReadings, to json: inout JSONWriter) {
        json.key("data")
        json.beginObject()
        for (index, (register, reading)) in zip(raw.registers, raw.readings).enumerated() {
            guard let value = reading.value else { continue }
            json.key(register.name)
            if !raw.digits.isEmpty, let digits = raw.digits[index] {
                json.number(digits)
            } else if register.isSinglePrecision, value.magnitude <= Double(Float.greatestFiniteMagnitude) {
                json.number(single: Float(value))
            } else {
                json.number(value)
            }
        }
        json.endObject()
        if raw.readings.contains(where: { !$0.flag.isGood }) {
            json.key("flags")
            json.beginObject()
            for (register, reading) in zip(raw.registers, raw.readings) where !reading.flag.isGood {
                json.field(register.name, reading.flag.text)
            }
            json.endObject()
        }
        writeErrors(zip(raw.registers, raw.readings).lazy.map { ($0.name, $1.failure?.text) }, to: &json)
    }

    private func writeErrors(_ errors: some Sequence<(String, String?)>, to json: inout JSONWriter) {
        var isOpen = false
        for case (let name, let reason?) in errors {
            if !isOpen {
                json.key("errors")
                json.beginObject()
                isOpen = true
            }
            json.field(name, reason)
        }
        if isOpen { json.endObject() }
    }

    private func write(_ frame: [UInt8], to json: inout JSONWriter) {
        if let text = String(validating: frame, as: UTF8.self) {
            json.field("frame", text)
        } else {
            json.field("encoding", "base64")
            json.field("frame", base64(frame))
        }
    }

    private func write(_ event: AuditEvent, to json: inout JSONWriter) {
        json.key("event")
        json.beginObject()
        json.field("name", event.name)
        for detail in event.details { json.field(detail.name, detail.value) }
        json.endObject()
    }
}
