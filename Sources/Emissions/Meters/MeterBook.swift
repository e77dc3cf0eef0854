/// A meter minute by minute: what each of them books.
///
/// What a minute cannot book (its readings contradict each other, the pipe cannot have carried so much) is owed to the next one that
/// can, so that no water is lost and none is counted twice.
package struct MeterBook: Hashable, Sendable {
    /// What a minute has of its meter.
    package struct Entry: Hashable, Sendable {
        /// In the meter's unit; nil: it is not known, and ``reason`` says why if there were readings.
        var amount: Double?
        /// So many minutes the amount stands for: it is that of the time since the last minute that has one.
        var minutes = 1
        var reason: String?
        /// What flowed in those minutes by the flow beside the meter, in the meter's unit. Nil when the flow is not known in each
        /// of them, or the meter counted something that is not in ``amount``.
        var flow: Double?
        /// Whether readings contradict what has flowed: the meter is at fault.
        var isFault = false
        /// The first reading that is not believed.
        var doubt: MeterDoubt?
        /// What the meter was set from and to.
        var changes: [MeterDoubt] = []
    }

    static let moreThanPossible = "more than the pipe carries"
    static let notCredible = "no credible reading"
    static let noEarlierReading = "no earlier reading"
    static let noReading = "no meter reading"

    package private(set) var totaliser: Totaliser
    /// Counted and not booked yet.
    package private(set) var owed: Double
    /// The minute that was booked last, in minutes since 1970; nil: none.
    package private(set) var booked: Int64?
    /// What the flow beside the meter carried since the minute ``booked``.
    private(set) var flow: Flow

    /// The amount by the flow beside the meter, summed over minutes.
    struct Flow: Hashable, Sendable {
        /// In the meter's unit.
        var amount = 0.0
        /// Minutes of which it is the amount.
        var minutes = 0
        /// Whether the meter counted something meanwhile that nobody knows.
        var isIncomparable = false
    }

    package init(_ settings: Totaliser.Settings) {
        self.init(Totaliser(settings))
    }

    init(_ totaliser: Totaliser, owed: Double = 0, booked: Int64? = nil, flow: Flow = Flow()) {
        self.totaliser = totaliser
        self.owed = owed
        self.booked = booked
        self.flow = flow
    }

    /// Ends the minute with this number since 1970.
    ///
    /// `later`: readings behind it that are known already. They tell whether a fall in the minute was a reset. `flow`: what flowed in
    /// the minute by the flow that the meter stands beside, in the meter's unit; nil: it is not known.
    mutating func close(
        minute: Int64, _ readings: [Totaliser.Reading], later: some Sequence<Totaliser.Reading>,
        flow amount: Double? = nil
    ) -> Entry {
        var entry = Entry()
        if let amount {
            flow.amount += amount
            flow.minutes += 1
        }
        var steps = readings.map { totaliser.advance(to: $0) }
        // What is confirmed too late counts in a minute of its own. That it was no reset is said when it is known.
        if !readings.isEmpty, totaliser.awaitsConfirmation, let step = totaliser.resolve(with: later) {
            steps.append(step)
        }
        for step in steps {
            owed += step.amount
            entry.doubt = entry.doubt ?? step.doubt
            if let change = step.change { entry.changes.append(change) }
        }
        book(minute, steps, &entry)
        return entry
    }

    private mutating func book(_ minute: Int64, _ steps: [MeterStep], _ entry: inout Entry) {
        guard !steps.isEmpty else { return }
        if steps.contains(where: { $0.isImpossible || $0.change != nil }) { flow.isIncomparable = true }
        if steps.contains(where: \.isImpossible) {
            entry.reason = Self.moreThanPossible
            entry.isFault = true
            return
        }
        let believed = steps.filter(\.isBelieved)
        guard !believed.isEmpty else {
            entry.reason = Self.notCredible
            entry.isFault = true
            return
        }
        let before = booked
        booked = minute
        let flow = flow
        self.flow = Flow()
        guard believed.contains(where: { $0.kind != .first }) else {
            entry.reason = Self.noEarlierReading
            return
        }
        entry.amount = owed
        owed = 0
        guard let before, minute > before else { return }
        entry.minutes = Int(clamping: minute - before)
        if flow.minutes == entry.minutes, !flow.isIncomparable { entry.flow = flow.amount }
    }

    /// Whether a fall in these readings is a reset or not is for readings to tell that have not come yet.
    func awaitsConfirmation(of readings: some Sequence<Totaliser.Reading>, later: some Sequence<Totaliser.Reading>)
        -> Bool
    {
        var probe = totaliser
        for reading in readings { _ = probe.advance(to: reading) }
        return probe.awaitsConfirmation && probe.resolve(with: later) == nil
    }
}
