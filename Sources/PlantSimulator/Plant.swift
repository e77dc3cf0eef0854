import HostSystem
import Protocol
import Telemetry

/// Simulated instruments on loopback, and the configuration with which a gateway reads them.
package final class Plant: Sendable {
    /// One simulated instrument, for people: what it is and where it is reached.
    package struct Endpoint: Equatable, Sendable {
        package let name: String
        package let address: String
    }

    package let endpoints: [Endpoint]
    private let lines: [Line]
    /// Makes the gateway's configuration for a data folder and a broker.
    private let makeConfiguration: @Sendable (_ dataDirectory: String, _ broker: String) -> String

    init(
        endpoints: [Endpoint], lines: [Line],
        configuration: @escaping @Sendable (_ dataDirectory: String, _ broker: String) -> String
    ) {
        self.endpoints = endpoints
        self.lines = lines
        makeConfiguration = configuration
    }

    package func start() {
        for line in lines { line.start() }
    }

    package func stop() {
        for line in lines { line.requestStop() }
        let deadline = SystemClock.uptime + .seconds(5)
        for line in lines { _ = line.waitForEnd(until: deadline) }
    }

    /// The configuration of a gateway that reads this plant and publishes to `broker`.
    package func configuration(dataDirectory: String, broker: String) -> String {
        makeConfiguration(dataDirectory, broker)
    }
}
