import Protocol
import Telemetry

/// Decides for one device: when it is due, what to ask, what an answer means, when to leave it alone.
///
/// The requests of a poll are asked one after the other. When the first of them gets no answer the device counts as dead
/// and the poll ends; the next poll starts with another request, so that one silent register cannot hide a living device.
struct DevicePoller: Equatable, Sendable {
    let unit: UInt8
    private let index: Int
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
    private var lastFailure = ReadFailure.timeout
    private(set) var poll: DevicePoll?
    private(set) var statistics = DeviceStatistics()
    /// No request before: a late answer to an earlier one may still come.
    private(set) var quietUntil = Uptime(nanoseconds: .min)

    init(
        _ device: DeviceConfiguration, index: Int, planner: RequestPlanner, cuts: RequestCuts, retries: Int,
        policy: Rest.Policy, start: Uptime
    ) {
        unit = device.unit
        self.index = index
        self.retries = retries
        keepsAnswers = device.keepsAnswers
        self.policy = policy
        points = device.registers.map(RegisterPoint.init)
        plan = planner.plan(device.registers.map(\.field), cuts: cuts)
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

    /// Takes the newest due slot without touching the bus; the readings carry `failure`, by default the device's own.
    mutating func skip(_ failure: ReadFailure? = nil, at now: Uptime, wall: WallInstant) -> PollResult {
        statistics.missedSlots += grid.take(at: now)
        statistics.polls += 1
        statistics.failedPolls += 1
        statistics.consecutiveFailures += 1
        if let failure { count(failure) }
        let reading = Reading.failed(failure ?? lastFailure)
        return PollResult(device: index, at: wall, readings: Array(repeating: reading, count: points.count))
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
        advance()
        return settle(at: now, wall: wall)
    }

    /// The device refused the present request. One that spans several places is split, and its halves are asked.
    mutating func refused(code: UInt8, cost: Duration, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let position = poll?.position else { return nil }
        count(.exception(code: code))
        lastFailure = .exception(code: code)
        poll?.answered = true
        poll?.wasted += cost
        requestRests[position].succeeded()
        let whole = plan
        if Self.deniesAddresses(code), plan.split(position) {
            statistics.splits += 1
            if poll?.planBefore == nil { poll?.planBefore = whole }
            requestRests.insert(Rest(), at: position)
            poll?.remaining += 1
            return nil
        }
        fail(position, .exception(code: code))
        advance()
        return settle(at: now, wall: wall)
    }

    /// The present request got no answer that can be used, and the bus was kept for `cost`.
    mutating func unanswered(_ failure: ReadFailure, cost: Duration, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let position = poll?.position, let answeredBefore = poll?.answered else { return nil }
        count(failure)
        lastFailure = failure
        poll?.attempts += 1
        poll?.wasted += cost
        let isProbe = rest.failures > 0 || requestRests[position].failures > 0
        if !isProbe, let attempts = poll?.attempts, attempts <= retries { return nil }
        guard answeredBefore else {
            firstRequest = plan.requests.isEmpty ? 0 : (position + 1) % plan.requests.count
            return abandon(failure, at: now, wall: wall)
        }
        requestRests[position].failed(at: now, cost: poll?.wasted ?? cost, policy: policy)
        fail(position, failure)
        advance()
        return settle(at: now, wall: wall)
    }

    /// The connection was lost under the present request: once a poll it is asked again over the next connection.
    mutating func connectionLost(at now: Uptime, wall: WallInstant) -> PollResult? {
        count(.notConnected)
        guard poll?.reconnected == true else {
            poll?.reconnected = true
            return nil
        }
        return abandon(.notConnected, at: now, wall: wall)
    }

    /// Ends the poll under way: what has not been read failed for `failure`.
    mutating func abandon(_ failure: ReadFailure, at now: Uptime, wall: WallInstant) -> PollResult? {
        while let position = poll?.position, let remaining = poll?.remaining, remaining > 0 {
            fail(position, failure)
            advance()
        }
        return finish(failure, at: now, wall: wall)
    }

    /// Keeps requests away until `moment`.
    mutating func keepQuiet(until moment: Uptime) { quietUntil = max(quietUntil, moment) }

    // MARK: Steps of a poll

    /// Illegal data address, and illegal data value, with which some devices refuse a block that leaves their map.
    private static func deniesAddresses(_ code: UInt8) -> Bool { code == 2 || code == 3 }

    private mutating func count(_ failure: ReadFailure) {
        statistics.failures.count(failure)
        statistics.lastError = failure
    }

    private mutating func fail(_ position: Int, _ failure: ReadFailure) {
        for field in plan.requests[position].fields { poll?.readings[field.index] = .failed(failure) }
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
            fail(position, lastFailure)
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

    /// `failure`: why the poll ended early.
    private mutating func finish(_ failure: ReadFailure?, at now: Uptime, wall: WallInstant) -> PollResult? {
        guard let poll = poll.take() else { return nil }
        statistics.polls += 1
        if poll.answered {
            rest.succeeded()
            statistics.lastGood = now
            if !poll.hasNumbers { forgetRefusals(of: poll, at: now) }
        } else if let failure {
            statistics.failedPolls += 1
            // That the line is down says nothing about the device: it is asked again as soon as the line is up.
            if failure != .notConnected { rest.failed(at: now, cost: poll.wasted, policy: policy) }
        }
        statistics.consecutiveFailures = poll.answered ? 0 : statistics.consecutiveFailures + 1
        let (answers, digits) = (poll.answers, poll.digits)
        return PollResult(device: index, at: wall, readings: poll.flaggedReadings(), answers: answers, digits: digits)
    }
}
