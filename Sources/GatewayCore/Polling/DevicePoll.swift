import Protocol
import Telemetry

/// One device on its bus: when it is due, how far its present poll has come, and what became of the last ones.
struct DevicePoll: Sendable {
    /// How polls have gone so far.
    struct Statistics: Equatable, Sendable {
        var good = 0
        var failed = 0
        /// Slots that passed while the bus was busy.
        var missed = 0
        var lastFailure: ReadFailure?
    }

    /// The present poll.
    private struct Progress: Sendable {
        var entry = 0
        var readings: [Reading]
        var retries: Int
        /// When it began to want the bus.
        var since: Uptime
    }

    let configuration: DeviceConfiguration
    private let retries: Int
    private let stateRegister: Int?
    /// Splits of requests that hit an illegal address stay for the life of the process.
    private var plan: RequestPlan
    private var progress: Progress?
    private var due: Uptime
    /// Not asked before this moment: a late answer to the last request may still come.
    private var restUntil = Uptime.zero
    private(set) var consecutiveFailures = 0
    /// A device that does not answer is tried no earlier than this.
    private var probeAt = Uptime.zero
    private var probes: Backoff
    private(set) var statistics = Statistics()

    init(_ configuration: DeviceConfiguration, bus: BusConfiguration, at now: Uptime, seed: UInt64) {
        self.configuration = configuration
        retries = bus.retries
        stateRegister = configuration.registers.firstIndex { $0.flags != nil }
        plan = RequestPlan(fields: configuration.registers.map(\.field), maximumHole: bus.maximumHole)
        due = now
        // A probe of a dead device blocks its neighbours for one timeout. Spaced like this it costs them at most its share
        // of the bus; alone on a bus it harms nobody and is tried in every slot.
        let share = bus.timeout * bus.devices.count
        probes = Backoff(first: share, limit: bus.devices.count == 1 ? share : max(share, .seconds(30)), seed: seed)
    }

    /// When the device wants the bus, or its next slot begins.
    var readyAt: Uptime { max(progress?.since ?? due, restUntil) }

    var isPolling: Bool { progress != nil }

    /// Takes the slot that is due. Slots that have passed entirely are counted and left out: the grid does not drift.
    /// False: the device is left alone for now, the slot has failed without the bus being touched.
    mutating func begin(at now: Uptime) -> Bool {
        let interval = configuration.poll.wholeNanoseconds
        let passed = max(0, (now.nanoseconds - due.nanoseconds) / interval)
        statistics.missed += Int(passed)
        due = Uptime(nanoseconds: due.nanoseconds + (passed + 1) * interval)
        guard now >= probeAt else { return false }
        progress = Progress(
            readings: Array(repeating: .failed(.noData), count: configuration.registers.count),
            retries: isBackingOff ? 0 : retries, since: now)
        return true
    }

    /// After two failed polls in a row the device is probed at growing distances.
    private var isBackingOff: Bool { consecutiveFailures >= 2 }

    var request: ReadRequest? { progress.map { plan.entries[$0.entry].request } }

    /// Takes the words of ``request``. True: the poll is through.
    mutating func take(_ words: [UInt16], retries: Int) -> Bool {
        guard var present = progress else { return false }
        let entry = plan.entries[present.entry]
        for index in entry.fields {
            let register = configuration.registers[index]
            let offset = Int(register.field.address) - entry.request.address
            let value = RegisterDecoder.decode(register.field, words[offset...])
            present.readings[index] =
                value.map { Reading(value: $0 * register.scale + register.offset) }
                ?? Reading(value: nil, flag: .fault, failure: .notANumber)
        }
        present.entry += 1
        present.retries = isBackingOff ? 0 : retries
        progress = present
        return present.entry == plan.entries.count
    }

    /// The device refused ``request``. True: the poll is through.
    ///
    /// Illegal data address (2): the request is split and asked again in parts, until only the bad field fails.
    mutating func refused(code: UInt8) -> Bool {
        guard var present = progress else { return false }
        if code == 2, plan.split(present.entry) { return false }
        for index in plan.entries[present.entry].fields { present.readings[index] = .failed(.exception(code: code)) }
        statistics.lastFailure = .exception(code: code)
        present.entry += 1
        progress = present
        return present.entry == plan.entries.count
    }

    /// Whether the request may be sent once more; that uses up one of its retries.
    mutating func retry() -> Bool {
        guard let present = progress, present.retries > 0 else { return false }
        progress?.retries -= 1
        return true
    }

    mutating func rest(until moment: Uptime) { restUntil = moment }

    /// The poll is through: its readings, marked with the flag of the state register.
    mutating func finish(at wall: WallInstant, device: Int) -> PollResult {
        var readings = progress?.readings ?? []
        progress = nil
        consecutiveFailures = 0
        probes.reset()
        probeAt = .zero
        statistics.good += 1
        if let index = stateRegister, let state = readings[index].value,
            let flags = configuration.registers[index].flags,
            let flag = flags[Int64(state)]
        {
            for other in readings.indices where readings[other].flag.isGood { readings[other].flag = flag }
        }
        return PollResult(device: device, at: wall, readings: readings)
    }

    /// The poll has failed: `B` for everything, so that silence is seen. `countsAgainstDevice` is false when the line
    /// itself is down.
    mutating func fail(
        _ failure: ReadFailure, countsAgainstDevice: Bool, at now: Uptime, wall: WallInstant, device: Int
    ) -> PollResult {
        progress = nil
        if countsAgainstDevice {
            consecutiveFailures += 1
            if isBackingOff { probeAt = now + probes.next() }
        }
        return skip(failure, at: wall, device: device)
    }

    /// A slot in which the device was left alone.
    mutating func skip(_ failure: ReadFailure? = nil, at wall: WallInstant, device: Int) -> PollResult {
        let failure = failure ?? statistics.lastFailure ?? .timeout
        statistics.failed += 1
        statistics.lastFailure = failure
        return PollResult(
            device: device, at: wall,
            readings: Array(repeating: .failed(failure), count: configuration.registers.count))
    }
}
