import Emissions
import Telemetry

/// Rules C1–C3: readings of one minute against the state of the plant and against physics.
package struct MinuteConsistency: Sendable {
    /// The rules, in the order of ``judge(_:)``; C3 once for each of ``physics``.
    package static let rules: [RuleID] =
        [.airWhileRunning, .flowAgainstMark] + physics.map { _ in .outsidePhysics }

    /// What C3 looks at, as factor codes.
    package static let physics = ["a01011", "a01012", "a01013", "a01014"]

    /// Where plants differ.
    package struct Settings: Equatable, Sendable {
        /// Oxygen of this much, in %, is air.
        package var airOxygen = 19.0
        /// A running plant's velocity is at least this, m/s.
        package var leastRunning = 2.0
        /// A standing plant's velocity is at most this, m/s: a chimney draws by itself.
        package var greatestStanding = 5.0
        /// Possible values: velocity m/s, temperature °C, gauge pressure kPa, humidity %. A meter that stands still may be a
        /// little below zero, a cold stack in the open well below.
        package var possible: [String: ClosedRange<Double>] = [
            "a01011": -1...40, "a01012": -40...300, "a01013": -5...5, "a01014": -1...40,
        ]
        /// Of the saturation humidity; beyond it an instrument is at fault.
        package var greatestSaturation = 1.2
        /// Atmospheric pressure where no barometer tells it, kPa.
        package var atmosphericPressure = 101.325
        /// Gauge pressure of the gas where it is not measured, kPa.
        package var staticPressure = 0.0

        package init() {}
    }

    private let settings: Settings
    private let oxygen: Int?
    private let velocity: Int?
    private let barometer: Int?
    /// Of each of ``physics``.
    private let places: [Int?]

    /// `codes`: those of the outlet's factors, in their order.
    package init(codes: [String], settings: Settings = Settings()) {
        self.settings = settings
        oxygen = codes.firstIndex(of: "a19001")
        barometer = codes.firstIndex(of: "i23001")
        places = Self.physics.map { codes.firstIndex(of: $0) }
        velocity = places[0]
    }

    /// One verdict for each of ``rules``.
    package func judge(_ minute: MinuteFacts) -> [Verdict] {
        [air(minute), flow(minute)] + Self.physics.indices.map { physics($0, minute) }
    }

    private func good(_ place: Int?, _ minute: MinuteFacts) -> Double? {
        place.flatMap { minute.factors.indices.contains($0) ? minute.factors[$0].good : nil }
    }

    private func air(_ minute: MinuteFacts) -> Verdict {
        guard oxygen != nil, minute.isRunning != false else { return .clear }
        guard minute.isRunning == true, let oxygen = good(oxygen, minute) else { return .unknown }
        guard oxygen >= settings.airOxygen else { return .clear }
        return .holds(
            Evidence(
                value: oxygen, limit: settings.airOxygen, span: .minutes(1),
                facts: AlarmFacts([.value: .number(oxygen)])))
    }

    private func flow(_ minute: MinuteFacts) -> Verdict {
        guard velocity != nil else { return .clear }
        guard let value = good(velocity, minute), let isRunning = minute.isRunning else { return .unknown }
        if isRunning, value < settings.leastRunning {
            return conflict(value, settings.leastRunning, BilingualText(en: "the plant runs", zh: "正在生产"))
        }
        if !isRunning, value > settings.greatestStanding {
            return conflict(value, settings.greatestStanding, BilingualText(en: "the plant is stopped", zh: "已停运"))
        }
        return .clear
    }

    private func conflict(_ value: Double, _ limit: Double, _ reason: BilingualText) -> Verdict {
        .holds(
            Evidence(
                value: value, limit: limit, span: .minutes(1),
                facts: AlarmFacts([.value: .number(value), .reason: .bilingual(reason)])))
    }

    private func physics(_ index: Int, _ minute: MinuteFacts) -> Verdict {
        guard let place = places[index], let possible = possible(index, minute) else { return .clear }
        guard let value = good(place, minute) else { return .unknown }
        guard !possible.contains(value) else { return .clear }
        let bound = Tongue.shown(possible.lowerBound) + "…" + Tongue.shown(possible.upperBound)
        return .holds(
            Evidence(
                value: value, limit: value < possible.lowerBound ? possible.lowerBound : possible.upperBound,
                isLow: value < possible.lowerBound, span: .minutes(1),
                facts: AlarmFacts([.value: .number(value), .bound: .text(bound)])))
    }

    /// Absolute pressure of the gas, kPa: the barometer and the gauge pressure, or the constants of the site where it has no such
    /// factor. Nil where one of them has no good value.
    private func pressure(_ minute: MinuteFacts) -> Double? {
        guard let air = barometer == nil ? settings.atmosphericPressure : good(barometer, minute),
            let gauge = places[2] == nil ? settings.staticPressure : good(places[2], minute)
        else { return nil }
        return air + gauge
    }

    /// Humidity cannot be far above saturation at the temperature of the gas.
    private func possible(_ index: Int, _ minute: MinuteFacts) -> ClosedRange<Double>? {
        guard let possible = settings.possible[Self.physics[index]] else { return nil }
        guard Self.physics[index] == "a01014", let temperature = good(places[1], minute),
            let pressure = pressure(minute),
            let saturation = SaturatedGas.humidity(atCelsius: temperature, kilopascals: pressure)
        else { return possible }
        let greatest = min(possible.upperBound, saturation * settings.greatestSaturation)
        return possible.lowerBound...max(possible.lowerBound, greatest)
    }
}

/// Water vapour over a wet scrubber.
package enum SaturatedGas {
    /// Saturation pressure of water in kPa, from 0 to 100 °C by 5. Source: steam tables.
    private static let pressures: [Double] = [
        0.611, 0.873, 1.228, 1.706, 2.339, 3.170, 4.247, 5.629, 7.385, 9.595, 12.352, 15.762, 19.946, 25.042, 31.202,
        38.597, 47.416, 57.868, 70.183, 84.609, 101.42,
    ]

    /// The greatest share of vapour, % of the volume; nil below 0 and from 100 °C on, where everything is possible.
    package static func humidity(atCelsius temperature: Double, kilopascals pressure: Double) -> Double? {
        guard temperature >= 0, temperature < 100, pressure > 0 else { return nil }
        let place = Int(temperature / 5)
        let share = temperature / 5 - Double(place)
        let saturation = pressures[place] + (pressures[place + 1] - pressures[place]) * share
        return min(100, saturation / pressure * 100)
    }
}
