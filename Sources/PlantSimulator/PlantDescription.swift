/// A plant before it is started: its instruments and what will happen.
package struct PlantDescription: Equatable, Sendable {
    package var name: String
    package var script: PlantScript
    package var devices: [SimulatedDevice]
    package var monitors: [SimulatedMonitor]
    /// What the gateway's configuration says about outlets: the section as YAML, empty for none.
    package var outlets: String = ""
    /// What people are told when the script comes to it.
    package var events: [Event] = []
    /// How often the gateway should poll.
    package var poll: Duration = .seconds(1)

    package struct Event: Equatable, Sendable {
        package var phase: Double
        package var text: String
    }

    package init(name: String, script: PlantScript, devices: [SimulatedDevice], monitors: [SimulatedMonitor]) {
        self.name = name
        self.script = script
        self.devices = devices
        self.monitors = monitors
    }

    /// How long an instrument must be away before the gateway should raise an alarm: a twentieth of the script, two
    /// seconds at least.
    package var instrumentGap: Duration { max(.seconds(2), script.length / 20) }
}
