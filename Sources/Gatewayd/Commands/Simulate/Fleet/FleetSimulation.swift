import HostSystem
import MQTTUplink
import Telemetry

/// Drives a fleet at one broker and tells what it measures.
struct FleetSimulation {
    private let options: FleetOptions
    private let say: (BilingualText) -> Void
    /// Made beforehand: while gateways connect, descriptors may run out.
    private let pause = WakeDescriptor()

    private static let progressInterval = Duration.seconds(5)
    /// When nobody could connect for so long and errors say why, nobody will.
    private static let firstConnection = Duration.seconds(3)
    /// What is in flight at the end has so long to be acknowledged.
    private static let drain = Duration.seconds(10)

    init(_ options: FleetOptions, say: @escaping (BilingualText) -> Void) {
        self.options = options
        self.say = say
    }

    /// Connects, publishes and measures until the time is over or `stop` is woken.
    ///
    /// - Returns: whether every gateway was connected and every record acknowledged.
    func run(until stop: WakeDescriptor) throws -> Bool {
        let start = SystemClock.uptime
        let groups = (0..<options.threads).map { FleetGroup(options, index: $0, from: start) }
        defer { end(groups) }
        let isComplete = try connect(groups, from: start, until: stop)
        let begin = SystemClock.uptime
        let connecting = (begin - start) / .seconds(1)
        for group in groups { group.enter(.publishing(from: begin)) }
        watch(groups, from: begin, until: options.length.map { begin + $0 } ?? .never, stop)
        let seconds = (SystemClock.uptime - begin) / .seconds(1)
        for group in groups { group.enter(.draining) }
        _ = wait(until: SystemClock.uptime + Self.drain) { groups.allSatisfy(\.owesNothing) }
        let counts = total(groups)
        for line in FleetReport.table(counts, options, seconds: seconds, connecting: connecting) { say(line) }
        return isComplete && counts.acknowledged == counts.published && counts.published > 0
    }

    private func total(_ groups: [FleetGroup]) -> FleetCounts {
        var counts = FleetCounts()
        for group in groups { counts.add(group.counts) }
        return counts
    }

    /// Waits until all are connected, or for as long as that may take. True when they are.
    private func connect(_ groups: [FleetGroup], from start: Uptime, until stop: WakeDescriptor) throws -> Bool {
        let limit = start + .seconds(20) + .seconds(1) * (options.size / options.connectRate)
        var told = start
        while SystemClock.uptime < limit {
            if let failure = groups.lazy.compactMap(\.failure).first { throw failure }
            let counts = total(groups)
            if counts.connected == options.size { return true }
            if counts.connected == 0, counts.errors > 0, SystemClock.uptime >= start + Self.firstConnection { break }
            if SystemClock.uptime >= told + Self.progressInterval {
                told = SystemClock.uptime
                say(
                    .init(
                        "connected \(counts.connected)/\(options.size)  errors \(counts.errors)",
                        zh: "已连接 \(counts.connected)/\(options.size)  错误 \(counts.errors)") + example(counts))
            }
            if stop.wait(until: SystemClock.uptime + .milliseconds(50)) {
                stop.wake()
                return false
            }
        }
        let counts = total(groups)
        guard counts.connected > 0 else {
            throw MQTTError(
                "connect to \(options.host):\(options.port)", reason: .network,
                words: .init("not one gateway could connect", zh: "没有一台网关能够连接") + example(counts))
        }
        say(
            .init(
                "only \(counts.connected) of \(options.size) gateways are connected",
                zh: "\(options.size) 台网关中只有 \(counts.connected) 台已连接") + example(counts)
                + .init("; going on", zh: "；继续进行"))
        return false
    }

    private func example(_ counts: FleetCounts) -> BilingualText {
        counts.errorTexts.max { $0.value < $1.value }.map { .init(" (\($0.key.en))", zh: "（\($0.key.zh)）") }
            ?? .init(verbatim: "")
    }

    private func watch(_ groups: [FleetGroup], from begin: Uptime, until end: Uptime, _ stop: WakeDescriptor) {
        var before = total(groups)
        var beforeAt = begin
        while true {
            let moment = min(end, beforeAt + Self.progressInterval)
            if stop.wait(until: moment) { return }
            let now = SystemClock.uptime
            let counts = total(groups)
            let seconds = (now - beforeAt) / .seconds(1)
            say(FleetReport.progress(counts, since: before, seconds: seconds, of: options.size))
            if now >= end { return }
            before = counts
            beforeAt = now
        }
    }

    private func end(_ groups: [FleetGroup]) {
        for group in groups { group.enter(.leaving) }
        for group in groups { _ = group.waitForEnd(until: SystemClock.uptime + .seconds(5)) }
    }

    private func wait(until deadline: Uptime, _ condition: () -> Bool) -> Bool {
        while SystemClock.uptime < deadline {
            if condition() { return true }
            _ = pause.wait(until: SystemClock.uptime + .milliseconds(20))
        }
        return condition()
    }
}
