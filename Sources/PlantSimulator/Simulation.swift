package import HostSystem
import Telemetry

/// What `gatewayd simulate` was asked for.
package struct SimulateOptions: Equatable, Sendable {
    package var description: PlantDescription
    /// Where the ready configuration of a gateway goes; nil: it is not written.
    package var configurationPath: String?
    package var configuration: PlantConfigurationOptions

    package init(_ description: PlantDescription, configuration: PlantConfigurationOptions) {
        self.description = description
        self.configuration = configuration
    }
}

/// Runs a plant in the foreground.
package struct Simulation {
    private let options: SimulateOptions
    private let say: (String) -> Void

    /// `say` is given each line that people should read.
    package init(_ options: SimulateOptions, say: @escaping (String) -> Void) {
        self.options = options
        self.say = say
    }

    /// Starts the instruments, writes the configuration, tells of endpoints and events, and returns once `stop` is woken.
    package func run(until stop: WakeDescriptor) throws(SystemError) {
        let plant = try Plant(options.description)
        defer { plant.stop() }
        for endpoint in plant.endpoints { say(endpoint.description) }
        if let path = options.configurationPath {
            try Files.writeSafely(Array(plant.gatewayConfiguration(options.configuration).utf8), to: path)
            say("gateway configuration: \(path)")
        }
        say("the plant runs; Ctrl-C ends it")
        narrate(from: SystemClock.uptime, until: stop)
    }

    private func narrate(from start: Uptime, until stop: WakeDescriptor) {
        let script = options.description.script
        var round = start
        repeat {
            for event in options.description.events {
                if stop.wait(until: round + script.time(of: event.phase)) { return }
                say(event.text)
            }
            round = round + script.length
        } while script.repeats && !options.description.events.isEmpty
        while !stop.wait(until: .never) {}
    }
}
