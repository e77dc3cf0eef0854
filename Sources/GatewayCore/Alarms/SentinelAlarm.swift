import Alarms
import Protocol
import Telemetry

/// Rule Q9 for one factor of an outlet: numbers that may mean "no value", and where to declare them.
struct SentinelAlarm: Sendable {
    private var watch: SentinelWatch
    private let place: Int
    /// What carries the key `invalid`: `cems-1.so2`, or the factor itself.
    private let origin: String
    private let declared: [Double]
    private var toldCount = 0

    /// Adds the subject to `alarms`. Nil for what is no measured value of its moment: a meter passes every number.
    init?(
        _ factor: FactorConfiguration, of outlet: OutletIdentity, _ configuration: GatewayConfiguration,
        alarms: inout GatewayAlarms
    ) {
        guard factor.meter == nil else { return nil }
        switch factor.source {
        case .register(let bus, let device, let register):
            let device = configuration.buses[bus].devices[device]
            let register = device.registers[register]
            guard register.flags == nil else { return nil }
            origin = "\(device.id).\(register.name)"
            declared = register.invalidNumbers
            watch = SentinelWatch(scale: register.scale, offset: register.offset, declared: declared)
        case .instrument:
            origin = "\(outlet.id).\(factor.code)"
            declared = factor.invalidNumbers
            watch = SentinelWatch(declared: declared)
        case .computed: return nil
        }
        // What was told before numbers were declared is done with: it is another subject.
        let part = declared.isEmpty ? nil : "besides-" + declared.map(\.plainText).joined(separator: "-")
        place = alarms.add(
            AlarmSubject(.suspectNumber, source: outlet.id, factor: factor.code, part: part),
            recordedAt: .outlet(outlet))
    }

    /// Goes on where `earlier` is, of the same source.
    mutating func resume(_ earlier: SentinelAlarm) {
        guard declared == earlier.declared else { return }
        watch = earlier.watch
        toldCount = earlier.toldCount
    }

    /// Takes a reading as it came.
    mutating func take(_ reading: Reading, at now: Moment, desk: inout AlarmDesk) -> [AlarmTransition] {
        guard reading.isGood, let value = reading.value, let number = watch.take(value) else { return [] }
        toldCount += 1
        let list = (declared + [number]).map(\.plainText).joined(separator: ", ")
        let evidence = Evidence(
            value: number, step: toldCount,
            facts: AlarmFacts([
                .value: .number(number), .parameter: .text("invalid: [\(list)]"), .device: .text(origin),
            ]))
        return desk.judge(.holds(evidence), at: place, now: now)
    }
}
