import Protocol
import Telemetry

/// How much of the time of a line the polls of a bus take, when every device answers at once. Of a network only the stated pauses are
/// known.
struct LineLoad {
    /// Of one poll of every device.
    private(set) var requests = 0
    private(set) var round = Duration.zero
    /// The part of the line's time that the polls take; above 1 they do not fit.
    private(set) var share = 0.0

    /// The time until a device answers that is reckoned with: few are quicker on a line of Linux.
    static let turnaround = Duration.milliseconds(10)

    init(_ bus: BusConfiguration) {
        let planner = RequestPlanner(maximumHole: bus.maximumHole)
        for device in bus.devices {
            let reads = planner.plan(device.registers.map(\.field)).requests.map(\.read)
            var poll = Duration.zero
            for read in reads { poll += Self.time(of: read, on: bus) }
            requests += reads.count
            round += poll
            share += poll / device.poll
        }
    }

    private static func time(of read: ReadRequest, on bus: BusConfiguration) -> Duration {
        guard case .serial(let settings) = bus.transport else { return bus.requestGap }
        let silence = bus.transport.frameSilence
        return settings.time(forCharacters: read.characters) + max(silence, turnaround) + max(silence, bus.requestGap)
    }
}

extension ReadRequest {
    /// The bytes of the request and of its answer in RTU frames: unit, function, checksum; address and count, or length
    /// and data. Source: Modbus over Serial Line 1.02, 2.5.1; Modbus Application Protocol 1.1b3, 6.1–6.4.
    fileprivate var characters: Int {
        let data = table.holdsBits ? (count + 7) / 8 : 2 * count
        return 8 + 5 + data
    }
}

extension SerialSettings {
    /// The time that `characters` take on the line.
    func time(forCharacters characters: Int) -> Duration {
        let bits = 1 + dataBits + (parity == .none ? 0 : 1) + stopBits
        return .microseconds(characters * bits * 1_000_000 / max(1, baud))
    }
}
