import Alarms
import Protocol
import Telemetry

// What of a poll shows that a device has data, for rule D1.
extension GatewayMachine {
    /// Finds the registers that tell of the device and its plant: flags, the heartbeat, the plant's mark.
    mutating func learnStatusRegisters() {
        let meters = configuration.power.meters.flatMap { [$0.source, $0.voltage].compactMap(\.self) }
        for (bus, entry) in configuration.buses.enumerated() {
            for (device, entry) in entry.devices.enumerated() {
                let state = devices[bus][device]
                var status = Set(entry.registers.indices.filter { entry.registers[$0].flags != nil })
                status.formUnion(state.marks.map(\.register))
                if let register = state.pulse?.register { status.insert(register) }
                let isRead = { (register: Int) in
                    !state.routes[register].isEmpty
                        || meters.contains(.register(bus: bus, device: device, register: register))
                }
                status = status.filter { !isRead($0) }
                let hasOthers = status.count < entry.registers.count
                devices[bus][device].statusRegisters = hasOthers ? status : []
                devices[bus][device].isBatchAnalyser =
                    configuration.batchPatience { $0.isRegister(ofBus: bus, device: device) } != nil
            }
        }
    }

    /// Whether a poll has usable data. Of a batch analyser an answer is enough: its factors know when a result is due.
    func hasData(_ result: PollResult, bus: Int) -> Bool {
        let state = devices[bus][result.device]
        if state.isBatchAnalyser {
            return result.readings.contains { $0.value != nil || $0.failure?.isOfNumber == true }
        }
        return result.readings.indices.contains { register in
            let reading = result.readings[register]
            guard reading.isUsable, !state.statusRegisters.contains(register) else { return false }
            let routes = state.routes[register]
            return routes.isEmpty
                || routes.contains { outlets[$0.outlet].isUsable(reading, factor: $0.factor, isMeter: $0.isMeter) }
        }
    }

    /// Notes why a poll has no usable data: no answer, or flags.
    mutating func noteWithoutData(_ result: PollResult, bus: Int) {
        let device = result.device
        if let failure = result.readings.lazy.compactMap(\.failure).first {
            devices[bus][device].source.failed(failure, reason: result.failures.first?.reason)
        } else if let flagged = result.readings.first(where: { !$0.flag.isOfUsableNumber }) {
            devices[bus][device].source.failed(because: flagged.flag.words)
        }
    }
}

extension GatewayConfiguration {
    /// How long a source may be silent that feeds batch analysers alone; nil of others. `isSource`: what comes from it.
    func batchPatience(where isSource: (FactorSource) -> Bool) -> Duration? {
        let factors = outlets.flatMap(\.factors)
        let meters =
            power.meters.flatMap { [$0.source, $0.voltage] } + factors.map { $0.meter?.source }
        guard !meters.contains(where: { $0.map(isSource) == true }) else { return nil }
        let cycles = factors.filter { isSource($0.source) }.map(\.cycle)
        let known = cycles.compactMap(\.self)
        guard known.count == cycles.count, let shortest = known.min() else { return nil }
        return SilenceWatch.patience(ofCycle: shortest, gap: alarms.instrumentGap)
    }
}

extension FactorSource {
    func isRegister(ofBus bus: Int, device: Int) -> Bool {
        if case .register(bus, device, _) = self { true } else { false }
    }

    func isInstrument(_ index: Int) -> Bool {
        if case .instrument(index, _) = self { true } else { false }
    }
}
