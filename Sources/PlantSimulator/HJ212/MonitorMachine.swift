package import Telemetry

/// One connection of a simulated monitor as a value: sends realtime data (2011) at its interval and minute data (2051)
/// after each minute, asks for answers (9014), and repeats a frame that gets none. Source: HJ 212-2017, 6.4 and 6.6.
package struct MonitorMachine: Sendable {
    /// A frame that waits for its answer.
    private struct Pending {
        let qn: String
        let bytes: [UInt8]
        var sent: Uptime
        var repeats = 0
    }

    /// What a factor showed in the current minute.
    private struct Minute {
        var start: WallInstant
        var values: [[Double]]
    }

    private static let patience = Duration.seconds(5)
    private static let repeats = 3
    private static let pendingLimit = 16
    private static let bufferLimit = 4_096

    private let monitor: SimulatedMonitor
    private var next = Uptime.zero
    private var minute: Minute?
    private var pending: [Pending] = []
    private var buffer: [UInt8] = []
    private var lastNumber: Int64 = 0
    /// Frames that were sent, repeats apart, and those of them that were answered.
    package private(set) var sent = 0
    package private(set) var answered = 0

    package init(_ monitor: SimulatedMonitor) {
        self.monitor = monitor
    }

    /// Takes what the gateway sent. Anything but a data answer is ignored.
    package mutating func receive(_ bytes: some Collection<UInt8>) {
        buffer += bytes
        while let qn = MonitorFrame.takeAnswer(from: &buffer) {
            guard let index = pending.firstIndex(where: { $0.qn == qn }) else { continue }
            pending.remove(at: index)
            answered += 1
        }
        if buffer.count > Self.bufferLimit { buffer.removeAll() }
    }

    /// What is to be sent now; to be asked several times per interval.
    package mutating func tick(at now: Uptime, wall: WallInstant, moment: PlantMoment) -> [UInt8] {
        if let silence = monitor.silence, silence.contains(moment.phase) { return [] }
        var bytes = repeatsDue(at: now)
        guard now >= next else { return bytes }
        // Keeps the pace; after a pause it starts anew instead of catching up.
        next = now - next < monitor.interval ? next + monitor.interval : now + monitor.interval
        let values = monitor.factors.map { $0.quantity.value(at: moment) }
        if let finished = gather(values, at: wall) {
            bytes += send(command: "2051", data: finished, at: now, wall: wall)
        }
        bytes += send(command: "2011", data: realtimeData(values, at: wall), at: now, wall: wall)
        return bytes
    }

    private mutating func repeatsDue(at now: Uptime) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in pending.indices where now - pending[index].sent >= Self.patience {
            pending[index].sent = now
            pending[index].repeats += 1
            if pending[index].repeats <= Self.repeats { bytes += pending[index].bytes }
        }
        pending.removeAll { $0.repeats > Self.repeats }
        return bytes
    }

    private mutating func send(command: String, data: String, at now: Uptime, wall: WallInstant) -> [UInt8] {
        // Two frames of the same millisecond need two numbers.
        lastNumber = max(lastNumber + 1, wall.millisecondsSince1970)
        let number = WallInstant(millisecondsSince1970: lastNumber)
        let qn = ZoneRules.china.civilTime(at: number).compactWithMilliseconds
        let bytes = MonitorFrame.framed(
            "QN=\(qn);ST=\(monitor.st);CN=\(command);PW=123456;MN=\(monitor.mn);Flag=5;CP=&&\(data)&&")
        if pending.count >= Self.pendingLimit { pending.removeFirst() }
        pending.append(Pending(qn: qn, bytes: bytes, sent: now))
        sent += 1
        return bytes
    }

    private func realtimeData(_ values: [Double], at wall: WallInstant) -> String {
        let items = zip(monitor.factors, values).map { factor, value in
            "\(factor.code)-Rtd=\(fixedPoint(value, decimals: factor.decimals)),\(factor.code)-Flag=N"
        }
        return ([dataTime(wall)] + items).joined(separator: ";")
    }

    /// Adds `values` to their minute; the data of the minute before when this one is new.
    private mutating func gather(_ values: [Double], at wall: WallInstant) -> String? {
        let start = WallInstant(millisecondsSince1970: wall.millisecondsSince1970.flooredQuotient(60_000) * 60_000)
        guard minute?.start == start else {
            defer { minute = Minute(start: start, values: values.map { [$0] }) }
            return minute.map { minuteData($0) }
        }
        for (index, value) in values.enumerated() { minute?.values[index].append(value) }
        return nil
    }

    private func minuteData(_ minute: Minute) -> String {
        let items = zip(monitor.factors, minute.values).map { factor, values in
            let mean = values.reduce(0, +) / Double(values.count)
            let parts = [("Min", values.min() ?? mean), ("Avg", mean), ("Max", values.max() ?? mean)]
            return parts.map { "\(factor.code)-\($0.0)=\(fixedPoint($0.1, decimals: factor.decimals))" }
                .joined(separator: ",") + ",\(factor.code)-Flag=N"
        }
        return ([dataTime(minute.start)] + items).joined(separator: ";")
    }

    private func dataTime(_ wall: WallInstant) -> String { "DataTime=" + ZoneRules.china.civilTime(at: wall).compact }
}
