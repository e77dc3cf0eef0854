package import Protocol
package import Telemetry

/// The records of one made-up gateway with one stack: what the product's own encoder makes of slowly moving values.
///
/// Equal gateway and moment, equal record.
package struct FleetRecords: Sendable {
    /// What a stack usually reports: flow, velocity, temperature, pressure, humidity, oxygen, dust, SO2, NOx, CO.
    package static let typicalFactors = [
        "a00000", "a01011", "a01012", "a01013", "a01014", "a19001", "a34013", "a21026", "a21002", "a21005",
    ]

    private struct Channel {
        var code: String
        var signal: Signal
        var decimals: Int
        /// Has a converted value and an amount.
        var isPollutant: Bool
    }

    private let encoder: RecordEncoder
    private let place: RecordPlace
    private let channels: [Channel]
    /// From record to record.
    private let interval: Duration

    /// `number` tells the gateways apart and moves their values.
    package init(gateway: String, number: Int, codes: [String] = typicalFactors, interval: Duration) {
        encoder = RecordEncoder(gateway: gateway)
        let digits = String(number)
        let mn = "88" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        place = .outlet(OutletIdentity(id: "stack-1", mn: mn, st: "31"))
        channels = codes.map { code in
            let typical = typicalValue(of: code)
            return Channel(
                code: code,
                signal: Signal(code, seed: UInt64(number), mean: typical.mean, swing: typical.swing),
                decimals: typical.decimals,
                isPollutant: code.hasPrefix("a2") || code.hasPrefix("a3"))
        }
        self.interval = interval
    }

    /// What the records are: from a minute on they are minutes, below it present values.
    package var kind: RecordKind { interval >= .seconds(60) ? .minute : .realtime }

    package var outlet: String { place.topicSegment }

    /// The journal's text of the record with the number `sequence` that falls due at `instant`.
    package func body(sequence: Int64, at instant: WallInstant) -> [UInt8] {
        let isMinute = kind == .minute
        let milliseconds = instant.millisecondsSince1970
        let start =
            isMinute
            ? WallInstant(millisecondsSince1970: milliseconds - milliseconds % interval.wholeMilliseconds) : instant
        let seconds = Double(milliseconds) / 1_000
        let moment = PlantMoment(seconds: seconds, phase: 0)
        let factors = channels.map { isMinute ? minute($0, moment) : realtime($0, moment) }
        let record = Record(
            kind: kind, place: place, at: start, dataTime: ZoneRules.china.civilTime(at: start),
            period: isMinute ? interval : nil, content: .factors(factors, quality: []))
        return encoder.encode(record, sequence: sequence)
    }

    private func realtime(_ channel: Channel, _ moment: PlantMoment) -> FactorRecord {
        let value = channel.signal.value(at: moment)
        var fields = [field("Rtd", value, channel)]
        if channel.isPollutant { fields.append(field("ZsRtd", value * Self.conversion, channel)) }
        return FactorRecord(code: channel.code, fields: fields, flag: .normal)
    }

    private func minute(_ channel: Channel, _ moment: PlantMoment) -> FactorRecord {
        let mean = channel.signal.value(at: moment)
        let spread = channel.signal.swing * 0.08
        let numbers = [("Avg", mean), ("Min", mean - spread), ("Max", mean + spread)]
        var fields = numbers.map { field($0.0, $0.1, channel) }
        if channel.isPollutant {
            fields += numbers.map { field("Zs" + $0.0, $0.1 * Self.conversion, channel) }
            // mg/m³ at 40 m³/s, in kg.
            let amount = mean * 40 * (interval / .seconds(1)) / 1e6
            fields.append(.init("Cou", amount.rounded(toPlaces: 3)))
        }
        return FactorRecord(code: channel.code, fields: fields, flag: .normal, count: 12)
    }

    /// To a reference oxygen of 6 % at 7.5 %.
    private static let conversion = (21.0 - 6) / (21 - 7.5)

    private func field(_ name: String, _ value: Double, _ channel: Channel) -> FactorRecord.Field {
        .init(name, value.rounded(toPlaces: channel.decimals))
    }
}
