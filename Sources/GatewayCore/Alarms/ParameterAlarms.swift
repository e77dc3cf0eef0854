import Alarms
import Telemetry

/// Rule M1: registers of instruments' parameters against what is registered.
struct ParameterAlarms: Sendable {
    private struct Parameter: Sendable {
        let bus: Int
        let device: Int
        let register: Int
        /// `cems-1.slope`.
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
                    let subject = AlarmSubject(.parameterChanged, source: entry.id, part: parameter.name)
                    parameters.append(
                        Parameter(
                            bus: bus, device: device, register: register, name: "\(entry.id).\(parameter.name)",
                            watch: ParameterWatch(name: parameter.name, registered: registered),
                            place: alarms.add(subject, recordedAt: .device(entry.id))))
                }
            }
        }
    }

    /// Takes one poll of a device.
    mutating func take(
        _ readings: [Reading], bus: Int, device: Int, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for index in parameters.indices where parameters[index].bus == bus && parameters[index].device == device {
            let verdict = parameters[index].watch.read(readings[parameters[index].register].value)
            transitions += desk.judge(verdict, at: parameters[index].place, now: now)
        }
        return transitions
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
