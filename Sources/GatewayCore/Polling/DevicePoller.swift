import Protocol
import Telemetry

/// Decides for one device: when it is due, what to ask, what an answer means, when to leave it alone.
///
/// The requests of a poll are asked one after the other. When the first of them gets no answer the device counts as dead
/// and the poll ends; the next poll starts with another request, so that one silent register cannot hide a living device.
struct DevicePoller: Equatable, Sendable {
    let unit: UInt8
    private let index: Int
    private let transport: BusTransport
    private let points: [RegisterPoint]
    private let retries: Int
    private let keepsAnswers: Bool
    private let policy: Rest.Policy
    private var plan: RequestPlan
    private var grid: PollGrid
    /// The rest of the whole device, and of single requests that stay silent while the device answers others.
    private var rest = Rest()
    private var requestRests: [Rest]
    private var firstRequest = 0
    private var lastFault = BusFault.timeout
    /// What made it rest.
    private var restReason: PollFailure?
    private(set) var poll: DevicePoll?
    private(set) var statistics = DeviceStatistics()
    /// No request before: a late answer to an earlier one may still come.
    private(set) var quietUntil = Uptime(nanoseconds: .min)

    /// The device at `index` of `bus`. `cuts`: what is known about its gaps.
    init(_ bus: BusConfiguration, index: Int, cuts: RequestCuts, start: Uptime) {
        let device = bus.devices[index]
        unit = device.unit
        self.index = index
        transport = bus.transport
        retries = bus.retries
        keepsAnswers = device.keepsAnswers
        policy = .device(pollEvery: device.poll, hasNeighbours: bus.devices.count > 1)
        points = device.registers.map(RegisterPoint.init)
        plan = RequestPlanner(maximumHole: bus.maximumHole).plan(device.registers.map(\.field), cuts: cuts)
        requestRests = Array(repeating: Rest(), count: plan.requests.count)
        grid = PollGrid(start: start, interval: device.poll)
    }

    // MARK: What the bus asks

    /// When its last poll began, the one under way included.
    private(set) var begunAt = Uptime(nanoseconds: .min)
    /// The oldest slot without a poll.
    var due: Uptime { grid.due }
    var cuts: RequestCuts { plan.cuts }
    func isResting(at now: Uptime) -> Bool { rest.isResting(at: now) }
    /// When it is asked again, or the distant past.
    var restsUntil: Uptime { rest.until }

    /// The request of the poll under way.
    var request: ReadRequest? { poll.map { plan.requests[$0.position].read } }

    // MARK: What happens

    /// Takes the newest due slot and starts its poll. A result comes back at once when there is nothing to ask.
    mutating func begin(at now: Uptime, wall: WallInstant) -> PollResult? {
        begunAt = now
        statistics.missedSlots += grid.take(at: now)
        let requests = plan.requests.count
        poll = DevicePoll(
            registers: points.count, position: requests == 0 ? 0 : firstRequest % requests, requests: requests)
        return settle(at: now, wall: wall)
    }

    /// Takes the newest due slot without touching the bus, because the device rests or, with `fault`, the line is down.
    mutating func skip(_ fault: BusFault? = nil, at now: Uptime, wall: WallInstant) -> PollResult {
        statistics.missedSlots += grid.take(at: now)
        statistics.polls += 1
        statistics.failedPolls += 1
        statistics.consecutiveFailures += 1
        let all = Array(points.indices)
        if let fault {
            let failure = PollFailure(fault, registers: all, line: transport)
            count(failure)
            (statistics.trouble, statistics.furtherFailures) = (failure, 0)
        } else if case .line = statistics.trouble?.fault {
            // The line is up again, and the device rests for a reason of its own.
            statistics.trouble = restReason
        }
        let reading = Reading.failed((fault ?? lastFault).readFailure)
        return PollResult(
            device: index, at: wall, readings: Array(repeating: reading, count: points.count),
            failures: statistics.trouble.map { [PollFailure($0, registers: all)] } ?? [])
    }

    /// The present request is on its way.
    mutating func sent() { statistics.requests += 1 }

    /// The device answered the present request.
    mutating func answered(_ words: [UInt16], at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let position = poll?.position else { return nil }
        if keepsAnswers {
            let read = plan.requests[position].read
            poll?.answers.append(RegisterAnswer(table: read.table, address: read.address, words: words))
        }
        for field in plan.requests[position].fields {
            let point = points[field.index]
            let (reading, stateFlag) = point.reading(in: words, at: field.offset)
            poll?.readings[field.index] = reading
            if let digits = point.digits(in: words, at: field.offset) { poll?.digits[field.index] = digits }
            poll?.mark(stateFlag, on: point.flagged, by: field.index)
        }
        requestRests[position].succeeded()
        poll?.answered = true
        poll?.hasNumbers = true
        poll?.busyAnswers = 0
        advance()
        return settle(at: now, wall: wall)
    }

    /// The device refused the present request. One that spans several places is split, and its halves are asked; a device that
    /// is busy is asked again.
    mutating func refused(code: UInt8, cost: Duration, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let position = poll?.position else { return nil }
        let fault = BusFault.exception(code: code)
        lastFault = fault
        poll?.answered = true
        poll?.wasted += cost
        requestRests[position].succeeded()
        // What a repetition may still bring has not failed.
        if fault.asksForPatience, waitsForDevice(at: now) { return nil }
        count(failure(fault, at: position))
        let whole = plan
        if Self.deniesAddresses(code), plan.split(position) {
            statistics.splits += 1
            if poll?.planBefore == nil { poll?.planBefore = whole }
            requestRests.insert(Rest(), at: position)
            poll?.remaining += 1
            return nil
        }
        fail(position, fault)
        advance()
        return settle(at: now, wall: wall)
    }

    /// The present request got no answer that can be used, and the bus was kept for `cost`.
    mutating func unanswered(_ fault: BusFault, cost: Duration, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let position = poll?.position, let answeredBefore = poll?.answered else { return nil }
        count(failure(fault, at: position))
        lastFault = fault
        poll?.attempts += 1
        poll?.wasted += cost
        let isProbe = rest.failures > 0 || requestRests[position].failures > 0
        if !isProbe, let attempts = poll?.attempts, attempts <= retries { return nil }
        guard answeredBefore else {
            firstRequest = plan.requests.isEmpty ? 0 : (position + 1) % plan.requests.count
            return abandon(fault, at: now, wall: wall)
        }
        requestRests[position].failed(at: now, cost: poll?.wasted ?? cost, policy: policy)
        fail(position, fault)
        advance()
        return settle(at: now, wall: wall)
    }

    /// The connection was lost under the present request: once a poll it is asked again over the next connection.
    mutating func connectionLost(_ fault: BusFault, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let position = poll?.position else { return nil }
        count(failure(fault, at: position))
        guard poll?.reconnected == true else {
            poll?.reconnected = true
            return nil
        }
        return abandon(fault, at: now, wall: wall)
    }

    /// Ends the poll under way: what has not been read failed for `fault`.
    mutating func abandon(_ fault: BusFault, at now: Uptime, wall: WallInstant) -> PollResult? {
        while let position = poll?.position, let remaining = poll?.remaining, remaining > 0 {
            fail(position, fault)
            advance()
        }
        return finish(fault, at: now, wall: wall)
    }

    /// Whether the device asked for patience, and is asked the same again in this poll.
    var isAskedAgain: Bool { poll.map { $0.busyAnswers > 0 && !$0.isOutOfPatience } ?? false }

    /// Keeps requests away until `moment`.
    mutating func keepQuiet(until moment: Uptime) { quietUntil = max(quietUntil, moment) }

    // MARK: Steps of a poll

    /// Illegal data address, and illegal data value, with which some devices refuse a block that leaves their map.
    private static func deniesAddresses(_ code: UInt8) -> Bool { code == 2 || code == 3 }

    /// How long a device that needs time is left alone before it is asked again, and how often that is done.
    private static let patience: [Duration] = [.milliseconds(50), .milliseconds(100), .milliseconds(200)]

    /// Leaves the device alone for a moment, so that its neighbours have their turn. False when it had time enough, or when its
    /// next slot would be missed.
    private mutating func waitsForDevice(at now: Uptime) -> Bool {
        guard let busy = poll?.busyAnswers, poll?.isOutOfPatience == false else { return false }
        guard busy < Self.patience.count, now + Self.patience[busy] < grid.due else {
            poll?.isOutOfPatience = true
            return false
        }
        poll?.busyAnswers = busy + 1
        keepQuiet(until: now + Self.patience[busy])
        return true
    }

    private func failure(_ fault: BusFault, at position: Int) -> PollFailure {
        let request = plan.requests[position]
        let registers = request.fields.map(\.index).sorted()
        if case .line = fault { return PollFailure(fault, registers: registers, line: transport) }
        return PollFailure(fault, registers: registers, unit: unit, read: request.read, on: transport)
    }

    private mutating func count(_ failure: PollFailure) {
        statistics.failures.count(failure.fault)
        statistics.lastFailure = failure
    }

    private mutating func fail(_ position: Int, _ fault: BusFault) {
        for field in plan.requests[position].fields { poll?.readings[field.index] = .failed(fault.readFailure) }
        let failure = failure(fault, at: position)
        poll?.failures.append(failure)
    }

    private mutating func advance() {
        guard var next = poll?.position else { return }
        next += 1
        poll?.position = next == plan.requests.count ? 0 : next
        poll?.remaining -= 1
        poll?.attempts = 0
    }

    /// Passes over requests that rest; the result when none is left.
    private mutating func settle(at now: Uptime, wall: WallInstant) -> PollResult? {
        while let position = poll?.position, let remaining = poll?.remaining, remaining > 0 {
            guard requestRests[position].isResting(at: now) else { return nil }
            fail(position, lastFault)
            advance()
        }
        return finish(nil, at: now, wall: wall)
    }

    /// A device that refused everything, as some do while they start, taught us nothing about its gaps; and it may not
    /// keep the bus with its refusals.
    private mutating func forgetRefusals(of poll: borrowing DevicePoll, at now: Uptime) {
        if let before = poll.planBefore {
            plan = before
            requestRests = Array(repeating: Rest(), count: before.requests.count)
        }
        rest.pause(at: now, cost: poll.wasted, policy: policy)
    }

    /// `fault`: why the poll ended early.
    private mutating func finish(_ fault: BusFault?, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let poll = poll.take() else { return nil }
        statistics.polls += 1
        statistics.trouble = poll.failures.first
        if fault?.readFailure != .notConnected { restReason = poll.failures.first }
        statistics.furtherFailures = max(0, poll.failures.count - 1)
        if poll.answered {
            rest.succeeded()
            if !poll.hasNumbers { forgetRefusals(of: poll, at: now) }
        } else if let fault {
            // That the line is down says nothing about the device: it is asked again as soon as the line is up.
            if fault.readFailure != .notConnected { rest.failed(at: now, cost: poll.wasted, policy: policy) }
        }
        let isGood = poll.hasNumbers || points.isEmpty
        if !isGood { statistics.failedPolls += 1 }
        statistics.consecutiveFailures = isGood ? 0 : statistics.consecutiveFailures + 1
        let (answers, digits, failures) = (poll.answers, poll.digits, poll.failures)
        return PollResult(
            device: index, at: wall, readings: poll.flaggedReadings(), answers: answers, digits: digits,
            failures: failures)
    }
}
