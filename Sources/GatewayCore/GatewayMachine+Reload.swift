import Alarms
package import Telemetry

extension GatewayMachine {
    /// This machine with another configuration: everything that both know goes on, by its id and not by its place.
    ///
    /// Gateway id and time zone must be the same. Unfinished periods, rates and marks travel as the text that a restart reads,
    /// so that both have one meaning; what a restart loses (present values, silences, what rules have gathered) travels too.
    package func reconfigured(
        _ configuration: GatewayConfiguration, at now: Uptime, wall: WallInstant
    ) -> GatewayMachine {
        var next = GatewayMachine(
            configuration: configuration, zone: calendar.zone, at: now, wall: wall, alarmState: alarmState)
        next.lastSeen = lastSeen
        next.clock = clock
        next.unusedStatements = unusedStatements
        next.backfilledRecords = backfilledRecords
        next.delayedUploads = delayedUploads
        next.restorePlant(plantState, at: now, wall: wall)
        next.alarms.response.resume(alarms.response, at: wall)
        // Not of the configuration: it stays until the next start.
        let damage = AlarmSubject(.storageTrouble, source: HealthAlarms.journal, part: "damaged")
        if alarms.has(damage) { _ = next.alarms.add(damage, recordedAt: .gateway) }
        next.alarms.desk.resume(alarms.desk)
        next.alarms.resumePlaces(of: alarms)
        next.resumeOutlets(of: self)
        next.resumeSources(of: self)
        next.resumeMeters(of: self)
        next.health.resume(health, configuration, after: self.configuration)
        return next
    }

    // MARK: Outlets

    private mutating func resumeOutlets(of earlier: GatewayMachine) {
        for (index, outlet) in configuration.outlets.enumerated() {
            guard let before = earlier.configuration.outlets.firstIndex(where: { $0.id == outlet.id }) else { continue }
            let pairs = outlet.factors.enumerated().compactMap { here, factor -> (here: Int, there: Int)? in
                let there = earlier.configuration.outlets[before].factors.firstIndex {
                    $0.code == factor.code
                        && earlier.configuration.origin(of: $0.source) == configuration.origin(of: factor.source)
                }
                return there.map { (here, $0) }
            }
            _ = outlets[index].resume(earlier.outlets[before], factors: pairs)
        }
    }

    // MARK: Sources

    private mutating func resumeSources(of earlier: GatewayMachine) {
        let devices = Dictionary(
            earlier.devices.joined().map { ($0.source.id, $0) }, uniquingKeysWith: { first, _ in first })
        for bus in self.devices.indices {
            for device in self.devices[bus].indices {
                guard let before = devices[self.devices[bus][device].source.id] else { continue }
                let pairs = watches(
                    Array(self.devices[bus][device].routes.joined()), before.routes.joined(), of: earlier)
                self.devices[bus][device].source.resume(before.source, watches: pairs)
                if let pulse = before.pulse { self.devices[bus][device].pulse?.watch.resume(pulse.watch) }
            }
        }
        for index in instruments.indices {
            guard let before = earlier.instruments.first(where: { $0.source.id == instruments[index].source.id }) else {
                continue
            }
            let pairs = watches(
                instruments[index].routes.values.flatMap { $0 }, before.routes.values.joined(), of: earlier)
            instruments[index].source.resume(before.source, watches: pairs)
            instruments[index].stated = before.stated
            instruments[index].clock = before.clock
            instruments[index].voice = before.voice
            // What is odd about its data is said anew where the configuration may have mended it.
            if takesTheSame(instrument: index, as: earlier) { instruments[index].remarks = before.remarks }
            if let pulse = before.pulse { instruments[index].pulse?.resume(pulse) }
        }
        for (index, uplink) in configuration.uplinks.enumerated() {
            let before = earlier.configuration.uplinks.firstIndex { $0.id == uplink.id }
            if let before { uplinks[index].resume(earlier.uplinks[before]) }
        }
    }

    /// Whether an instrument and what is wanted of it are as they were.
    private func takesTheSame(instrument index: Int, as earlier: GatewayMachine) -> Bool {
        let before = earlier.configuration.instruments.firstIndex { $0.id == configuration.instruments[index].id }
        guard let before else { return false }
        return earlier.configuration.instruments[before] == configuration.instruments[index]
            && earlier.instruments[before].codes.codes == instruments[index].codes.codes
            && earlier.configuration.gateway.minuteInterval == configuration.gateway.minuteInterval
    }

    private mutating func resumeMeters(of earlier: GatewayMachine) {
        let before = earlier.configuration.power.meters
        let pairs = configuration.power.meters.enumerated().compactMap { here, meter -> (here: Int, there: Int)? in
            let there = before.firstIndex { other in
                other.id == meter.id
                    && earlier.configuration.origin(of: other.source) == configuration.origin(of: meter.source)
                    && other.voltage.map(earlier.configuration.origin)
                        == meter.voltage.map(configuration.origin)
            }
            return there.map { (here, $0) }
        }
        power.resume(earlier.power, meters: pairs, lines: sameLines(as: earlier.configuration))
    }

    /// The lines of power that nobody touched; where the list of meters is another one, only what a restart knows goes on.
    private func sameLines(as earlier: GatewayConfiguration) -> [(here: Int, there: Int)] {
        guard configuration.power.meters.map(\.id) == earlier.power.meters.map(\.id) else { return [] }
        return configuration.power.lines.enumerated().compactMap { here, line in
            guard let there = earlier.power.lines.firstIndex(where: { $0.id == line.id }) else { return nil }
            var before = earlier.power.lines[there]
            guard before.outlets.map({ earlier.outlets[$0].id }) == line.outlets.map({ configuration.outlets[$0].id })
            else { return nil }
            before.outlets = line.outlets
            return before == line ? (here, there) : nil
        }
    }

    /// The watches over the factors that a source feeds, here and in `earlier`.
    private func watches(
        _ routes: [SourceMachine.Route], _ before: some Sequence<SourceMachine.Route>, of earlier: GatewayMachine
    ) -> [(here: Int, there: Int)] {
        let known = Dictionary(
            before.map { (earlier.configuration.name(of: $0), $0.watch) }, uniquingKeysWith: { first, _ in first })
        return routes.compactMap { route in known[configuration.name(of: route)].map { (route.watch, $0) } }
    }
}

/// What a factor's readings are, whatever its place in the configuration.
private enum Origin: Equatable {
    case register(device: String, RegisterConfiguration)
    case instrument(id: String, code: String)
    case computed
}

extension GatewayConfiguration {
    fileprivate func origin(of source: FactorSource) -> Origin {
        switch source {
        case .register(let bus, let device, let register):
            let device = buses[bus].devices[device]
            return .register(device: device.id, device.registers[register])
        case .instrument(let index, let code): return .instrument(id: instruments[index].id, code: code)
        case .computed: return .computed
        }
    }

    /// `stack-1.a21026`, `outfall.w00000.meter`.
    fileprivate func name(of route: SourceMachine.Route) -> String {
        let factor = outlets[route.outlet].factors[route.factor]
        return "\(outlets[route.outlet].id).\(route.isMeter ? factor.meterCode : factor.code)"
    }
}
