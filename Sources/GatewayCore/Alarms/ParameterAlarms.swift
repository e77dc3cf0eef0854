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
                        AlarmSubject(.parameterChanged, source: entry.id, part: parameter.name), .number(registered),
                        &alarms)
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
        _ source: Source, _ subject: AlarmSubject, _ registered: ParameterValue, _ alarms: inout GatewayAlarms
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
            transitions += judge(index, readings[register].value.map { .number($0) }, at: now, &desk)
        }
        return transitions
    }

    /// Takes what an instrument told of its parameters. An entry of a log says nothing, nor does a text where a number is
    /// registered, as a state.
    mutating func take(
        _ information: [DeviceInformation], instrument: Int, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for told in information {
            for value in told.values {
                guard let index = place(of: value.code, factor: told.factor, instrument) else { continue }
                let registered = parameters[index].watch.registered
                transitions += judge(
                    index, ParameterValue(value.value, against: registered), at: now, &desk)
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
        _ index: Int, _ value: ParameterValue?, at now: Moment, _ desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        desk.judge(parameters[index].watch.read(value), at: parameters[index].place, now: now)
    }

    /// The values that were told, which are not told again after a restart, and how many there were.
    var state: String {
        var line = StateLine()
        for parameter in parameters {
            guard parameter.watch.changes > 0 else { continue }
            line.add(word: parameter.name)
            line.add(word: parameter.watch.told?.word)
            line.add(parameter.watch.changes)
        }
        return line.text
    }

    /// Continues with ``state`` of an earlier run; from where it cannot be read on it is left out.
    mutating func restore(_ state: some StringProtocol) {
        var line = StateLine(state)
        while !line.isAtEnd, let entry = try? Self.entry(&line) {
            for index in parameters.indices where parameters[index].name == entry.name {
                let watch = parameters[index].watch
                parameters[index].watch = ParameterWatch(
                    name: watch.name, registered: watch.registered, told: entry.told, changes: entry.changes)
            }
        }
    }

    private static func entry(
        _ line: inout StateLine
    ) throws(StateLine.Unreadable) -> (name: String?, told: ParameterValue?, changes: Int) {
        (try line.word(), try line.word().flatMap(ParameterValue.init), try line.integer())
    }
}

extension ParameterValue {
    /// What was told of a parameter, as it is compared with `registered`; nil where that says nothing.
    fileprivate init?(_ told: FieldText, against registered: ParameterValue) {
        switch registered {
        case .number:
            guard let number = told.number else { return nil }
            self = .number(number)
        case .text:
            let text = told.text.trimmed
            // `//…//` encloses an entry of a log. Source: HJ 212-2017, table B.10 (i11001).
            guard !text.isEmpty, !text.hasPrefix("//") else { return nil }
            self = .text(text)
        }
    }
}

extension String {
    /// Without blanks at both ends.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
