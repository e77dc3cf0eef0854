import Alarms
import Protocol
import Telemetry

/// Rule M1: instruments' parameters, read from registers or told in HJ 212, against what is registered.
struct ParameterAlarms: Sendable {
    private enum Source: Equatable, Sendable {
        case register(bus: Int, device: Int, register: Int)
        case information(instrument: Int, InstrumentDevice.Parameter)
    }

    private struct Parameter: Sendable {
        let source: Source
        /// `cems-1.slope`, `cod-1.w01018.i13008`.
        let name: String
        var watch: ParameterWatch
        let place: Int
    }

    private var parameters: [Parameter] = []

    /// Adds the subjects to `alarms`.
    init(_ configuration: GatewayConfiguration, alarms: inout GatewayAlarms) {
        for (bus, entry) in configuration.buses.enumerated() {
            for (device, entry) in entry.devices.enumerated() {
                for (register, parameter) in entry.registers.enumerated() {
                    guard let registered = parameter.registered else { continue }
                    add(
                        .register(bus: bus, device: device, register: register),
                        AlarmSubject(.parameterChanged, source: entry.id, part: parameter.name), registered, &alarms)
                }
            }
        }
        for (instrument, entry) in configuration.instruments.enumerated() {
            for registered in entry.registered {
                let parameter = registered.parameter
                add(
                    .information(instrument: instrument, parameter),
                    AlarmSubject(
                        .parameterChanged, source: entry.id, factor: parameter.factor?.text, part: parameter.info.text),
                    registered.value, &alarms)
            }
        }
    }

    private mutating func add(
        _ source: Source, _ subject: AlarmSubject, _ registered: Double, _ alarms: inout GatewayAlarms
    ) {
        let part = subject.part ?? ""
        parameters.append(
            Parameter(
                source: source, name: [subject.source, subject.factor, part].compactMap(\.self).joined(separator: "."),
                watch: ParameterWatch(name: part, registered: registered),
                place: alarms.add(subject, recordedAt: .device(subject.source))))
    }

    /// Takes one poll of a device.
    mutating func take(
        _ readings: [Reading], bus: Int, device: Int, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for index in parameters.indices {
            guard case .register(bus, device, let register) = parameters[index].source else { continue }
            transitions += judge(index, readings[register].value, at: now, &desk)
        }
        return transitions
    }

    /// Takes what an instrument told of its parameters. What is no number, as a state or an entry of a log, says nothing.
    mutating func take(
        _ information: [DeviceInformation], instrument: Int, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for told in information {
            for value in told.values {
                guard let index = place(of: value.code, factor: told.factor, instrument) else { continue }
                transitions += judge(index, value.value.number, at: now, &desk)
            }
        }
        return transitions
    }

    /// A parameter that is registered without a factor is meant whatever factor the instrument names with it.
    private func place(of info: FieldText, factor: FieldText?, _ instrument: Int) -> Int? {
        func place(_ factor: FieldText?) -> Int? {
            parameters.firstIndex { $0.source == .information(instrument: instrument, .init(info, factor: factor)) }
        }
        return place(factor) ?? (factor == nil ? nil : place(nil))
    }

    private mutating func judge(
        _ index: Int, _ value: Double?, at now: Moment, _ desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        desk.judge(parameters[index].watch.read(value), at: parameters[index].place, now: now)
    }

    /// The values that were told: they are not told again after a restart.
    var state: String {
        var line = StateLine()
        for parameter in parameters {
            guard let told = parameter.watch.told else { continue }
            line.add(word: parameter.name)
            line.add(told)
        }
        return line.text
    }

    /// Continues with ``state`` of an earlier run; from where it cannot be read on it is left out.
    mutating func restore(_ state: some StringProtocol) {
        var line = StateLine(state)
        while !line.isAtEnd, let name = try? line.word(), let told = try? line.double() {
            for index in parameters.indices where parameters[index].name == name {
                let watch = parameters[index].watch
                parameters[index].watch = ParameterWatch(name: watch.name, registered: watch.registered, told: told)
            }
        }
    }
}
