import GatewayCore
import HostSystem
import Synchronization
import Telemetry

/// What a configuration asks for, as it runs: buses, lines of instruments, uplinks. A reload makes the next one.
struct RunningParts: Sendable {
    /// The instruments of one address or port.
    struct InstrumentsOfLine: Sendable {
        let line: Line
        let handler: InstrumentLine
    }

    struct Uplink: Sendable {
        let configuration: UplinkConfiguration
        let place: CorePlace
        let desk: CommandDesk
        let runner: UplinkRunner
    }

    var configuration: GatewayConfiguration
    /// What it was read from.
    var source: ConfigurationSource
    var files: NamedFileDigests
    /// The one that states the level of a heavy-pollution response.
    var responseFile: ResponseFile?
    /// In the order of the configuration, as are the others.
    var buses: [BusRunner]
    var lines: [InstrumentsOfLine]
    var uplinks: [Uplink]

    /// Of the file, as `status` and the records of start and reload tell it.
    var fingerprint: String { source.fingerprint }

    /// Stops buses and lines; false when one has not ended by `deadline` and is left behind.
    func stopIntake(until deadline: Uptime) -> Bool {
        for bus in buses { bus.requestStop() }
        for line in lines { line.line.requestStop() }
        var isClean = true
        for bus in buses where !bus.waitForEnd(until: deadline) { isClean = false }
        for line in lines {
            if !line.line.waitForEnd(until: deadline) { isClean = false }
            line.handler.use(nil)
        }
        return isClean
    }

    /// Lets every uplink send what is on disk, as far as that takes no longer than a moment, and say goodbye; false when one
    /// is left behind.
    func leaveBrokers(until deadline: Uptime) -> Bool {
        for uplink in uplinks { uplink.desk.pause() }
        let farewells = uplinks.map { uplink in
            StoppableThread("uplink-stop") { _ in uplink.runner.stop(deadline: .seconds(3)) }
        }
        for farewell in farewells { farewell.start() }
        var isClean = true
        for farewell in farewells where !farewell.waitForEnd(until: deadline) { isClean = false }
        return isClean
    }

    func start() throws(SystemError) {
        for uplink in uplinks {
            uplink.desk.use(uplink.runner)
            uplink.runner.start()
        }
        for line in lines {
            line.handler.use(line.line)
            line.handler.beginSilent()
            try line.line.start(isPatient: true)
        }
        for bus in buses { bus.start() }
    }

    /// Tells every part where its piece of the configuration stands now; to be called within a step of the core.
    func takePlaces() {
        for (index, bus) in buses.enumerated() { bus.place.move(to: index) }
        for (index, uplink) in uplinks.enumerated() { uplink.place.move(to: index) }
        for (members, line) in zip(configuration.instrumentLines, lines) {
            for (index, place) in zip(members, line.handler.places) { place.move(to: index) }
        }
    }

    /// Nothing of these parts is taken any more; to be called within a step of the core.
    func leavePlaces() {
        for bus in buses { bus.place.move(to: nil) }
        for uplink in uplinks { uplink.place.move(to: nil) }
        for line in lines { for place in line.handler.places { place.move(to: nil) } }
    }
}

/// Holds the parts that run now, for all threads.
final class PartsBox: Sendable {
    private let parts: Mutex<RunningParts>

    init(_ parts: RunningParts) { self.parts = Mutex(parts) }

    var current: RunningParts { parts.withLock { $0 } }

    func replace(by parts: RunningParts) { self.parts.withLock { $0 = parts } }

    /// Gives every uplink the newest payload of a retained topic below the gateway's base.
    func publishRetained(_ topicSuffix: String, _ payload: [UInt8]) {
        for uplink in current.uplinks { uplink.runner.publishRetained(topicSuffix: topicSuffix, payload: payload) }
    }
}
