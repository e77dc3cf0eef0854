import Alarms
import Emissions
import Protocol
import Telemetry

/// Rules P1, P2, P3, P6, P9 and P11: readings of meters go in, transitions of alarms come out.
///
/// Judged whenever a meter has been read, and every ten seconds, so that delays end and old readings are noticed.
struct PowerAlarms: Sendable {
    static let interval = Duration.seconds(10)

    /// Where the readings of one register or factor code go.
    private struct Route: Sendable {
        let source: FactorSource
        let meter: Int
        let isVoltage: Bool
    }

    fileprivate struct Meter: Sendable {
        let name: String
        let values: Set<Int64>?
        let rated: Double?
        let gap: Duration
        var device: MeteredDevice
        var power: (value: Double, at: Uptime)?
        var voltage: (value: Double, at: Uptime)?
    }

    private struct Line: Sendable {
        let settings: PowerLineConfiguration
        let orders: [ProductionOrder]
        var watch: PowerLineWatch
        /// Of ``PowerLineWatch/rules``.
        let places: [Int]
    }

    private let zone: ZoneRules
    private var meters: [Meter] = []
    private var lines: [Line] = []
    private var routes: [Route] = []
    private(set) var judgedAt: Moment?

    var isEmpty: Bool { lines.isEmpty }

    /// Adds the subjects to `alarms`.
    init(_ configuration: GatewayConfiguration, zone: ZoneRules, alarms: inout GatewayAlarms) {
        self.zone = zone
        let power = configuration.power
        let bypasses = Set(power.lines.flatMap(\.bypasses))
        for (index, meter) in power.meters.enumerated() {
            routes.append(Route(source: meter.source, meter: index, isVoltage: false))
            if let voltage = meter.voltage { routes.append(Route(source: voltage, meter: index, isVoltage: true)) }
            meters.append(
                Meter(
                    name: meter.name ?? meter.id, values: meter.values, rated: meter.rated,
                    gap: configuration.gap(of: meter),
                    // An open bypass counts at once.
                    device: MeteredDevice(
                        .init(
                            on: meter.above, off: meter.below, normal: meter.normal,
                            patience: bypasses.contains(index) ? .zero : .seconds(60)))))
        }
        for line in power.lines {
            let identity = line.outlets.first.map { index in
                let outlet = configuration.outlets[index]
                return OutletIdentity(id: outlet.id, mn: outlet.mn, st: outlet.st)
            }
            lines.append(
                Line(
                    settings: line, orders: line.orders.map { ProductionOrder($0, zone: zone) },
                    watch: PowerLineWatch(PowerLine(line, configuration)),
                    places: PowerLineWatch.rules.map { rule in
                        alarms.add(
                            AlarmSubject(rule, source: line.id),
                            recordedAt: identity.map { .outlet($0) } ?? .gateway)
                    }))
        }
    }

    // MARK: In

    /// Takes a reading of whatever source; true when a meter is read there. Without a number the last one stands until it
    /// is too old.
    mutating func take(_ reading: Reading, from source: FactorSource, at now: Uptime) -> Bool {
        var isMeter = false
        for route in routes where route.source == source {
            isMeter = true
            if !route.isVoltage {
                take(reading, meter: route.meter, at: now)
            } else if let value = reading.value, value.isFinite {
                meters[route.meter].voltage = (value, now)
            }
        }
        return isMeter
    }

    /// The same for the meter with this index, whatever it is read from.
    mutating func take(_ reading: Reading, meter: Int, at now: Uptime) {
        guard let value = reading.value, value.isFinite else { return }
        meters[meter].power = (value, now)
    }

    /// Whether it is time to judge although nothing was read.
    func isDue(at now: Uptime) -> Bool {
        guard !isEmpty else { return false }
        return judgedAt.map { now - $0.uptime >= Self.interval } ?? true
    }

    // MARK: Out

    /// Judges every line. `mark`: that of an outlet, nil where nobody states one.
    mutating func judge(
        levels: ResponseLevels, mark: (_ outlet: Int) -> PlantMark?, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        judgedAt = now
        let states = meters.indices.map { meters[$0].state(at: now.uptime) }
        var transitions: [AlarmTransition] = []
        for index in lines.indices {
            let facts = facts(lines[index], states, levels, mark, now)
            for (place, verdict) in zip(lines[index].places, lines[index].watch.judge(facts, at: now.uptime)) {
                transitions += desk.judge(verdict, at: place, now: now)
            }
        }
        return transitions
    }

    private func facts(
        _ line: Line, _ states: [DeviceState], _ levels: ResponseLevels, _ mark: (Int) -> PlantMark?, _ now: Moment
    ) -> PowerFacts {
        let marks = Set(line.settings.outlets.map(mark))
        // Outlets that say different things contradict nobody.
        let mark = marks.count == 1 ? marks.first.flatMap(\.self) : nil
        let scene = LimitScene(
            instant: now.wall, zone: zone, mark: mark ?? .running, responseLevel: levels.level(at: now.wall))
        let open = line.settings.bypasses.first { states[$0] == .running || states[$0] == .idling }
        let isUnknown = line.settings.bypasses.contains { states[$0] == .unknown }
        return PowerFacts(
            states: states, mark: mark, load: load(of: line, states), order: line.orders.inForce(in: scene),
            isBypassOpen: open != nil ? true : isUnknown ? nil : false,
            bypassName: open.map { meters[$0].name } ?? "")
    }

    /// The load of a line's production, 1 being full; nil where a meter or its full load is not known.
    private func load(of line: Line, _ states: [DeviceState]) -> Double? {
        var (power, rated) = (0.0, 0.0)
        for index in Set(line.settings.production.devices) {
            guard let full = meters[index].rated, states[index] != .unknown, let present = meters[index].power
            else { return nil }
            power += max(0, present.value)
            rated += full
        }
        return rated > 0 ? power / rated : nil
    }
}

extension PowerAlarms {
    /// What P2 and P3 continue with after a restart: one line.
    var state: String {
        guard let judgedAt else { return "" }
        var text = StateLine()
        text.add(judgedAt.wall.millisecondsSince1970)
        for line in lines {
            text.add(word: line.settings.id)
            line.watch.write(to: &text, at: judgedAt.uptime)
        }
        return text.text
    }

    /// Continues with ``state`` of an earlier run; from where it cannot be read on it is left out, and all of it where the
    /// clock went back.
    mutating func restore(_ state: some StringProtocol, at now: Moment) {
        var text = StateLine(state)
        guard let then = try? text.instant(), then.millisecondsSince1970 > 0, then <= now.wall else { return }
        let written = now.uptime - (now.wall - then)
        while !text.isAtEnd, let id = try? text.word(),
            let memory = try? PowerLineMemory(from: &text, writtenAt: written)
        {
            for index in lines.indices where lines[index].settings.id == id { lines[index].watch.resume(memory) }
        }
    }

    /// Continues with the meters and lines of `earlier`. Places of those that are configured as before, here and there.
    mutating func resume(
        _ earlier: PowerAlarms, meters pairs: [(here: Int, there: Int)], lines same: [(here: Int, there: Int)]
    ) {
        judgedAt = earlier.judgedAt
        for (here, there) in same { lines[here].watch = earlier.lines[there].watch }
        for (here, there) in pairs { meters[here].resume(earlier.meters[there]) }
    }
}

extension PowerAlarms.Meter {
    fileprivate mutating func resume(_ earlier: Self) {
        power = earlier.power
        voltage = earlier.voltage
        device.resume(earlier.device)
    }

    fileprivate mutating func state(at now: Uptime) -> DeviceState {
        func present(_ reading: (value: Double, at: Uptime)?) -> Double? {
            reading.flatMap { now - $0.at <= gap ? $0.value : nil }
        }
        var reading = present(power)
        if let values, let number = reading { reading = Int64(exactly: number).map(values.contains) == true ? 1 : 0 }
        return device.read(power: reading, voltage: present(voltage), at: now)
    }
}

extension GatewayConfiguration {
    /// How old the reading of a meter may be.
    fileprivate func gap(of meter: PowerMeterConfiguration) -> Duration {
        if let gap = meter.gap { return gap }
        guard case .register(let bus, let device, _) = meter.source else { return alarms.instrumentGap }
        return max(alarms.instrumentGap, buses[bus].devices[device].poll * 3)
    }
}

extension PowerLine {
    fileprivate init(_ line: PowerLineConfiguration, _ configuration: GatewayConfiguration) {
        self.init(
            id: line.id, production: line.production, treatment: line.treatment,
            outlets: line.outlets.map { configuration.outlets[$0].id }, productionName: line.productionName,
            treatmentName: line.treatmentName, lateness: line.lateness, purge: line.purge)
    }
}

extension ProductionOrder {
    fileprivate init(_ order: ProductionOrderConfiguration, zone: ZoneRules) {
        self.init(
            allowedShare: order.load, source: order.source,
            applies: LimitApplicability(
                validFrom: order.validFrom.map(zone.instant), validTo: order.validTo.map(zone.instant),
                months: order.months, minutesOfDay: order.minutesOfDay, conditions: order.conditions))
    }
}
