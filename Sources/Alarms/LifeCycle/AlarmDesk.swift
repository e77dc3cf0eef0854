import JSON
import Telemetry

/// All alarms of the gateway: every rule of every subject has a place here, found by number.
///
/// The state is one JSON text. What was active before a restart is adopted when its subject is added again, so it keeps
/// its id and is not raised twice.
package struct AlarmDesk: Sendable {
    /// State larger than this is not read: more than 10 000 alarms fit.
    private static let stateLimits = JSONLimits(bytes: 64 << 20)

    private struct Place: Sendable {
        var settings: RuleSettings
        var life: AlarmLifecycle
    }

    private var places: [Place] = []
    private var numbers: [AlarmSubject: Int] = [:]
    /// The short number that was given last.
    private var lastNumber = 0
    /// Restored and not added yet.
    private var unclaimed: [AlarmSubject: AlarmLifecycle] = [:]

    /// With the alarms that `stateText` has; what cannot be read of it is left out.
    package init(stateText: String = "") {
        guard let state = try? JSONValue(parsing: Array(stateText.utf8), limits: Self.stateLimits) else { return }
        for item in state.items {
            guard let subject = item["subject"].flatMap(AlarmSubject.init(state:)),
                let life = AlarmLifecycle(subject: subject, state: item)
            else { continue }
            unclaimed[subject] = life
            lastNumber = max(lastNumber, life.event?.number ?? 0)
        }
    }

    /// Every alarm that is not normal, to be given to ``init(stateText:)`` after a restart.
    package var stateText: String {
        JSONValue.array(places.compactMap(\.life.state) + unclaimed.values.compactMap(\.state)).text
    }

    // MARK: Subjects

    /// The place of `subject`, from now on with `settings`.
    package mutating func add(_ subject: AlarmSubject, _ settings: RuleSettings) -> Int {
        if let number = numbers[subject] {
            places[number].settings = settings
            return number
        }
        let life = unclaimed.removeValue(forKey: subject) ?? AlarmLifecycle(subject: subject)
        places.append(Place(settings: settings, life: life))
        numbers[subject] = places.count - 1
        giveNumber(at: places.count - 1)
        return places.count - 1
    }

    /// The same with the catalogue's defaults.
    package mutating func add(_ subject: AlarmSubject) -> Int { add(subject, RuleSettings(subject.rule)) }

    /// Ends the alarms of subjects that the configuration no longer has, or has switched off; to be called once, after
    /// all were added.
    package mutating func closeUnclaimed(at now: Moment) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for (_, life) in unclaimed.sorted(by: { $0.key.name < $1.key.name }) {
            var life = life
            transitions += life.withdraw(now)
        }
        unclaimed = [:]
        for number in places.indices where !places[number].settings.isEnabled {
            transitions += places[number].life.withdraw(now)
        }
        return transitions
    }

    /// Goes on where `earlier` is, with the subjects that both have: exactly, where ``stateText`` keeps what a restart needs.
    package mutating func resume(_ earlier: AlarmDesk) {
        lastNumber = max(lastNumber, earlier.lastNumber)
        for (subject, number) in numbers {
            if let before = earlier.numbers[subject] { places[number].life = earlier.places[before].life }
        }
    }

    // MARK: Judging

    /// Takes what the rule at `place` says now. `marks`: those in force, of the plant and of the instrument.
    package mutating func judge(
        _ verdict: Verdict, at place: Int, marks: HoldMarks = [], now: Moment
    ) -> [AlarmTransition] {
        if places[place].life.phase == .normal {
            // Nearly every verdict.
            guard case .holds = verdict, places[place].settings.isEnabled else { return [] }
        }
        guard places[place].settings.isEnabled else { return [] }
        let transitions = places[place].life.judge(verdict, by: places[place].settings, marks: marks, at: now)
        giveNumber(at: place)
        return transitions
    }

    /// Gives an active alarm that has none the next short number that no other has.
    private mutating func giveNumber(at place: Int) {
        guard places[place].life.isActive, places[place].life.event?.number == nil else { return }
        let taken = Set((places.map(\.life) + unclaimed.values).compactMap(\.event?.number))
        guard taken.count < AlarmEvent.greatestNumber else { return }
        repeat {
            lastNumber = lastNumber % AlarmEvent.greatestNumber + 1
        } while taken.contains(lastNumber)
        places[place].life.event?.number = lastNumber
    }

    /// How many rules of how many subjects there are, switched off or not.
    package var count: Int { places.count }

    /// The occurrence at `place`, raised or not; nil when nothing is going on.
    package func event(at place: Int) -> AlarmEvent? { places[place].life.event }

    package func isActive(at place: Int) -> Bool { places[place].life.isActive }

    /// Whether nothing is going on at `place`: a clear verdict would change nothing.
    package func isNormal(at place: Int) -> Bool { places[place].life.phase == .normal }

    /// How much longer the condition at `place` must hold until its alarm is raised; nil when none is pending.
    package func remaining(at place: Int) -> Duration? { places[place].life.remaining(by: places[place].settings) }

    // MARK: People

    /// Raised and not closed, in the order of their beginning: the retained active set.
    package var active: [AlarmEvent] { events { $0.isActive } }

    /// Held back by a mark.
    package var suppressed: [AlarmEvent] { events { $0.phase != .pending && !$0.isActive } }

    private func events(where isWanted: (AlarmLifecycle) -> Bool) -> [AlarmEvent] {
        places.compactMap { $0.life.phase != .normal && isWanted($0.life) ? $0.life.event : nil }
            .sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }

    /// Acknowledges the alarm `id`; empty when there is none, or it is acknowledged already.
    package mutating func acknowledge(
        _ id: String, _ acknowledgement: AlarmEvent.Acknowledgement, at now: Moment
    ) -> [AlarmTransition] {
        guard let number = number(of: id) else { return [] }
        return places[number].life.acknowledge(acknowledgement, by: places[number].settings, at: now)
    }

    /// Adds a comment to the alarm `id`; empty when there is none, or it has too many.
    package mutating func comment(
        _ id: String, _ comment: AlarmEvent.Acknowledgement, at now: Moment
    ) -> [AlarmTransition] {
        guard let number = number(of: id) else { return [] }
        return places[number].life.comment(comment, at: now)
    }

    /// The id of the alarm that `name` means: its id, or the short number of an active one. Nil: there is none.
    package func id(of name: String) -> String? {
        if number(of: name) != nil { return name }
        guard let short = Int(name) else { return nil }
        return places.first { $0.life.isActive && $0.life.event?.number == short }?.life.event?.id
    }

    private func number(of id: String) -> Int? { places.firstIndex { $0.life.event?.id == id } }
}
