package import Protocol
package import Telemetry

/// Decides what one bus does: opens and closes its line, whom to ask next, how to go on after a failure.
///
/// Every slot of every device ends in a ``PollResult`` unless the bus was too busy, which is counted; silence is a result
/// with flag `B`. Of the devices that are due the one that was served longest ago is next, so that none starves, and a bus
/// that cannot keep up is shared evenly. A unit that does not answer is asked ever more rarely and takes at most a
/// twentieth of the bus from its neighbours.
package struct BusMachine: Sendable {
    private enum Line: Equatable {
        case closed(retryAt: Uptime)
        /// Closed between polls, so that another master gets in.
        case released
        case opening
        case open
        /// Open, but what may still arrive on it belongs to nobody.
        case stale(retryAt: Uptime)
    }

    /// The request that is on the bus.
    private struct InFlight {
        let device: Int
        let sentAt: Uptime
    }

    private let transport: BusTransport
    private let timeout: Duration
    private let requestGap: Duration
    private let keepsConnection: Bool
    private let deviceIDs: [String]
    private var devices: [DevicePoller]
    private var line: Line
    private var inFlight: InFlight?
    /// How often in a row the line could not be opened or was lost before anybody answered.
    private var lineRest = Rest()
    /// Why the line is not open.
    private var lineFault = BusFault.notConnected
    private var random: SplitMix64
    /// No request before, to anybody.
    private var quietUntil = Uptime(nanoseconds: .min)

    /// How often the line was opened, and could not be opened.
    package private(set) var connects: UInt64 = 0
    package private(set) var connectFailures: UInt64 = 0

    /// All devices are due at `start`. `seed` scatters the reconnects of many gateways. `cuts`, by device id, is what an
    /// earlier machine learnt about the same devices.
    package init(_ bus: BusConfiguration, start: Uptime, seed: UInt64, cuts: [String: RequestCuts] = [:]) {
        transport = bus.transport
        timeout = bus.timeout
        requestGap = max(bus.requestGap, bus.transport.frameSilence)
        keepsConnection = bus.keepsConnection
        deviceIDs = bus.devices.map(\.id)
        devices = bus.devices.indices.map { index in
            DevicePoller(bus, index: index, cuts: cuts[bus.devices[index].id] ?? RequestCuts(), start: start)
        }
        line = .closed(retryAt: start)
        random = SplitMix64(state: seed)
    }

    // MARK: For a status page

    package var isConnected: Bool { line == .open }

    /// One for each device, in the order of the configuration.
    package var statistics: [DeviceStatistics] { devices.map(\.statistics) }

    /// When the device is asked again after it has failed too often; nil: it is asked in every slot.
    package func restsUntil(device: Int, at now: Uptime) -> Uptime? {
        devices[device].isResting(at: now) ? devices[device].restsUntil : nil
    }

    /// What was learnt about gaps, by device id, for the machine that follows this one.
    package var cuts: [String: RequestCuts] {
        var cuts: [String: RequestCuts] = [:]
        for (id, device) in zip(deviceIDs, devices) where !device.cuts.isEmpty { cuts[id] = device.cuts }
        return cuts
    }

    // MARK: Inputs

    /// The next thing to do. Not while a request or a connection attempt is under way.
    package mutating func next(at now: Uptime, wall: WallInstant) -> BusStep {
        precondition(inFlight == nil && line != .opening, "the step before has not been reported")
        switch line {
        case .stale(let retryAt):
            line = .closed(retryAt: retryAt)
            return .close
        case .closed(let retryAt):
            if retryAt <= now, !keepsConnection, !isPolling {
                line = .released
                return whileReleased(at: now, wall: wall)
            }
            if retryAt <= now, !devices.isEmpty {
                line = .opening
                return .connect
            }
            return withoutLine(until: retryAt, at: now, wall: wall)
        case .released: return whileReleased(at: now, wall: wall)
        case .opening, .open:
            return withLine(at: now, wall: wall)
        }
    }

    /// The line is open.
    package mutating func connected(at now: Uptime) {
        precondition(line == .opening, "nobody asked for a connection")
        connects += 1
        line = .open
    }

    /// The line could not be opened.
    package mutating func connectFailed(_ fault: BusFault, at now: Uptime) {
        precondition(line == .opening, "nobody asked for a connection")
        lineFault = fault
        connectFailures += 1
        lineFailed(atLeast: 2, at: now)
        line = .closed(retryAt: lineRest.until)
    }

    /// What came of the request; a result when it was the last one of its poll.
    package mutating func completed(_ outcome: ReadOutcome, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let request = inFlight.take() else { preconditionFailure("no request is under way") }
        let device = request.device
        let took = now - request.sentAt
        quietUntil = max(quietUntil, now + requestGap)
        switch outcome {
        case .words(let words):
            lineRest.succeeded()
            return devices[device].answered(words, at: now, wall: wall)
        case .failed(.exception(let code)) where !Self.speaksForAnother(code):
            lineRest.succeeded()
            return devices[device].refused(code: code, cost: took, at: now, wall: wall)
        case .failed(.line(let fault)):
            lineFault = .line(fault)
            lineFailed(atLeast: 1, at: now)
            line = .stale(retryAt: max(now, lineRest.until))
            return devices[device].connectionLost(lineFault, at: now, wall: wall)
        case .failed(let fault):
            if case .exception = fault { lineRest.succeeded() } else { distrust(request, after: fault, at: now) }
            return devices[device].unanswered(fault, cost: took, at: now, wall: wall)
        }
    }

    /// Whether a device that has just asked for patience is asked the same again, so that nothing has failed yet.
    package func isAskedAgain(device: Int) -> Bool { devices[device].isAskedAgain }

    /// Whether somebody else may speak on the line between two requests.
    package func isQuiet(at now: Uptime) -> Bool { line == .open && inFlight == nil && quietUntil <= now }

    /// Somebody else has spoken, and was answered or not.
    package mutating func wasInterrupted(at now: Uptime) { quietUntil = max(quietUntil, now + requestGap) }

    // MARK: Whom to ask

    private mutating func withLine(at now: Uptime, wall: WallInstant) -> BusStep {
        var soonest = Uptime.never
        var chosen: (device: Int, begunAt: Uptime)?
        for index in devices.indices {
            if devices[index].poll == nil {
                let due = devices[index].due
                guard due <= now else {
                    soonest = min(soonest, due)
                    continue
                }
                if devices[index].isResting(at: now) { return .report(devices[index].skip(at: now, wall: wall)) }
            }
            let ready = max(devices[index].quietUntil, quietUntil)
            let begunAt = devices[index].begunAt
            if ready > now {
                soonest = min(soonest, ready)
            } else if chosen.map({ begunAt < $0.begunAt }) ?? true {
                chosen = (index, begunAt)
            }
        }
        guard let chosen else {
            if keepsConnection || isPolling { return .wait(until: soonest) }
            line = .released
            return .close
        }
        return ask(chosen.device, at: now, wall: wall)
    }

    private mutating func ask(_ index: Int, at now: Uptime, wall: WallInstant) -> BusStep {
        if devices[index].poll == nil, let result = devices[index].begin(at: now, wall: wall) { return .report(result) }
        guard let request = devices[index].request else { preconditionFailure("a poll under way has a request") }
        devices[index].sent()
        inFlight = InFlight(device: index, sentAt: now)
        return .read(device: index, unit: devices[index].unit, request: request)
    }

    private var isPolling: Bool { devices.contains { $0.poll != nil } }

    /// Closed between polls: the next device that is due has the line opened.
    private mutating func whileReleased(at now: Uptime, wall: WallInstant) -> BusStep {
        var soonest = Uptime.never
        for index in devices.indices {
            let due = max(devices[index].due, devices[index].quietUntil, quietUntil)
            if devices[index].due <= now, devices[index].isResting(at: now) {
                return .report(devices[index].skip(at: now, wall: wall))
            }
            if due <= now {
                line = .opening
                return .connect
            }
            soonest = min(soonest, due)
        }
        return .wait(until: soonest)
    }

    /// No line: polls under way and due slots fail, until the next attempt to open it.
    private mutating func withoutLine(until retryAt: Uptime, at now: Uptime, wall: WallInstant) -> BusStep {
        var soonest = devices.isEmpty ? .never : retryAt
        for index in devices.indices {
            if let result = devices[index].abandon(lineFault, at: now, wall: wall) { return .report(result) }
            if devices[index].due <= now {
                return .report(devices[index].skip(lineFault, at: now, wall: wall))
            }
            soonest = min(soonest, devices[index].due)
        }
        return .wait(until: soonest)
    }

    // MARK: After a failure

    /// Makes sure that nothing that still arrives is taken for the answer to a later request.
    ///
    /// The unit is left alone for as long as its late answer may take. A connection is given up. On a shared line nobody speaks
    /// before the time limit of the request is over: behind an answer of somebody else the right one may come.
    private mutating func distrust(_ request: InFlight, after fault: BusFault, at now: Uptime) {
        let limit = request.sentAt + timeout
        let isAwaited = fault.mayStillBeAnswered && (transport.isSharedLine || fault.readFailure == .timeout)
        let unitQuiet = isAwaited ? now + timeout : max(now, limit)
        let unit = devices[request.device].unit
        for index in devices.indices where devices[index].unit == unit { devices[index].keepQuiet(until: unitQuiet) }
        if fault.readFailure != .timeout, transport.isSharedLine { quietUntil = max(quietUntil, limit) }
        if !transport.isSerialPort { line = .stale(retryAt: now) }
    }

    /// The codes with which a Modbus gateway says that the unit behind it does not answer.
    /// Source: Modbus Application Protocol 1.1b3, 7 (codes 0A and 0B).
    private static func speaksForAnother(_ code: UInt8) -> Bool { code == 10 || code == 11 }

    /// The first loss after a good answer is mended at once, as many devices hang up when idle; the rest wait.
    private mutating func lineFailed(atLeast failures: Int, at now: Uptime) {
        let shortening = Double(random.next() >> 11) * 0x1p-53
        repeat {
            lineRest.failed(at: now, policy: .line, shortening: shortening)
        } while lineRest.failures < failures
    }
}

extension BusTransport {
    var isSerialPort: Bool { if case .serial = self { true } else { false } }
    /// Whether several units hear and may disturb each other.
    var isSharedLine: Bool { if case .tcp = self { false } else { true } }

    /// The silence that ends a frame: 3.5 characters of 11 bits, 1.75 ms above 19,200 baud; none on a network.
    /// Source: Modbus over Serial Line 1.02, 2.5.1.1.
    var frameSilence: Duration {
        guard case .serial(let settings) = self else { return .zero }
        if settings.baud > 19_200 { return .microseconds(1_750) }
        return .microseconds(38_500_000 / max(1, settings.baud))
    }
}

extension Rest.Policy {
    /// One poll in vain is borne; after the second begins a rest, which doubles up to 30 s. Where others use the bus it is
    /// twenty times what the poll cost them, up to 60 s, so that they lose at most a twentieth.
    static func device(pollEvery interval: Duration, hasNeighbours: Bool) -> Rest.Policy {
        Rest.Policy(
            tolerated: 1, first: interval, longest: max(interval, hasNeighbours ? .seconds(60) : .seconds(30)),
            costFactor: hasNeighbours ? 20 : 0)
    }

    /// Attempts to open a line: 250 ms, doubled up to 5 s.
    static let line = Rest.Policy(tolerated: 1, first: .milliseconds(250), longest: .seconds(5))
}

/// A small generator of evenly spread bits, as a value: the same seed gives the same machine.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
