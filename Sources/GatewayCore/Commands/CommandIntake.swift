package import Telemetry

/// The commands of one platform between arriving and being answered: what may be done, in which order and how often.
///
/// Everything is bounded. So many wait, more are refused at once and only counted; those that are carried out go at a
/// steady pace, so a flood costs little more than reading it. The answers to the latest are remembered: a broker may deliver a
/// message twice (QoS 1), and then it is answered again and not obeyed again.
package struct CommandIntake: Sendable {
    /// Waiting commands at most.
    package static let capacity = 32
    /// Answers that are remembered at most, and the bytes of all of them.
    package static let remembered = 128
    package static let rememberedBytes = 1 << 20
    /// Commands carried out in a second.
    package static let pace = 10
    /// What was refused at once is told as a sum, no more often than this.
    package static let tallyInterval = Duration.seconds(60)

    /// A command whose turn it is.
    package struct Order: Equatable, Sendable {
        package let id: CommandID
        /// As the message has it, cut to 64 characters.
        package let name: String
        /// What to do, or why it is refused.
        package let request: Result<CommandRequest, CommandRefusal>
    }

    /// What becomes of a message.
    package enum Taking: Equatable, Sendable {
        /// It waits for its turn.
        case queued
        /// Nothing more happens than this answer. `refused`: why, when it is not the repetition of an earlier answer.
        case answer([UInt8], refused: String?)
        /// The same id waits or is being carried out; one answer will come.
        case underWay
    }

    package enum Step: Equatable, Sendable {
        /// Carry it out, then tell ``finished(_:reply:)``.
        case execute(Order)
        case wait(until: Uptime)
    }

    /// Messages that were refused without a turn.
    package struct Tally: Equatable, Sendable {
        /// No command at all.
        package var malformed = 0
        /// Too many waited.
        package var overflowed = 0
        /// They came after the end.
        package var late = 0
    }

    private var allowed: Set<CommandName>
    /// Why nothing is taken any more; nil: it is.
    private var ending: String?
    private var waiting: [Order] = []
    private var current: CommandID?
    private var answers: [(id: CommandID, reply: [UInt8])] = []
    private var answerBytes = 0
    private var bucket: TokenBucket
    private var tally = Tally()
    private var tallyDue = Uptime.never

    /// `allowed`: the uplink's list.
    package init(allowed: Set<CommandName>, at now: Uptime) {
        self.allowed = allowed
        bucket = TokenBucket(perSecond: Self.pace, at: now)
    }

    /// How many wait.
    package var count: Int { waiting.count }

    /// A message came on the topic `command`.
    package mutating func take(_ payload: [UInt8], at now: Uptime) -> Taking {
        let message: CommandMessage
        do throws(CommandMessage.Malformed) {
            message = try CommandMessage(payload)
        } catch {
            count(\.malformed, at: now)
            return .answer(CommandReply.failure(error.id, error.reason), refused: error.reason)
        }
        if let known = answers.first(where: { $0.id == message.id }) { return .answer(known.reply, refused: nil) }
        guard current != message.id, !waiting.contains(where: { $0.id == message.id }) else { return .underWay }
        if let ending {
            count(\.late, at: now)
            return .answer(CommandReply.failure(message.id, ending), refused: ending)
        }
        guard waiting.count < Self.capacity else {
            count(\.overflowed, at: now)
            let reason = "\(Self.capacity) commands wait already; send it again later"
            return .answer(CommandReply.failure(message.id, reason), refused: reason)
        }
        let request = Result { () throws(CommandRefusal) in try CommandRequest(message, allowed: allowed) }
        waiting.append(Order(id: message.id, name: String(message.name.prefix(64)), request: request))
        return .queued
    }

    /// Another list rules from now on, for what waits too.
    package mutating func allow(_ names: Set<CommandName>) {
        allowed = names
        waiting = waiting.map { order in
            guard case .success(let request) = order.request, !names.contains(request.name) else { return order }
            return Order(id: order.id, name: order.name, request: .failure(.notAllowed(request.name)))
        }
    }

    /// Nothing is carried out any more but what is under way: returns what waited, to be answered with `reason`, as is all
    /// that still comes.
    package mutating func end(because reason: String) -> [Order] {
        ending = reason
        defer { waiting = [] }
        return waiting
    }

    /// What to do now; nothing while an order is being carried out.
    package mutating func next(at now: Uptime) -> Step {
        guard current == nil, !waiting.isEmpty else { return .wait(until: tallyDue) }
        bucket.refill(at: now)
        guard bucket.available >= 1 else { return .wait(until: min(bucket.moment(of: 1), tallyDue)) }
        bucket.take(1)
        let order = waiting.removeFirst()
        current = order.id
        return .execute(order)
    }

    /// The order was carried out or refused, and answered with `reply`.
    package mutating func finished(_ order: Order, reply: [UInt8]) {
        current = nil
        answers.append((order.id, reply))
        answerBytes += reply.count
        while answers.count > Self.remembered || answerBytes > Self.rememberedBytes, answers.count > 1 {
            answerBytes -= answers.removeFirst().reply.count
        }
    }

    /// The sum of what was refused at once, when it is time to tell.
    package mutating func takeTally(at now: Uptime) -> Tally? {
        guard now >= tallyDue else { return nil }
        return takeLastTally()
    }

    /// The same before its time; nil: nothing was refused.
    package mutating func takeLastTally() -> Tally? {
        guard tally != Tally() else { return nil }
        defer { tally = Tally() }
        tallyDue = .never
        return tally
    }

    private mutating func count(_ reason: WritableKeyPath<Tally, Int>, at now: Uptime) {
        tally[keyPath: reason] += 1
        if tallyDue == .never { tallyDue = now + Self.tallyInterval }
    }
}
