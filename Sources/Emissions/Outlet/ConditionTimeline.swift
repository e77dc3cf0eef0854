/// What others are computed with of one channel through a minute, looked up from the earliest instant to the latest.
struct ConditionTimeline {
    private let usable: UsableValues?
    private let code: String
    /// The same at every instant.
    private let constant: Double?
    private let isConstantPossible: Bool
    private let instants: [MinuteSamples.Instant]
    /// Of these, the ones whose readings gas cannot have; nil: the values themselves tell.
    private let impossible: [Bool]?
    /// The last value of an earlier minute, for a minute without any.
    private let carried: MinuteSamples.Instant?
    private let carriedFor: Int64
    private var next = 0

    init(_ condition: GasCondition, constant: Double?) {
        self.constant = constant
        isConstantPossible = constant.map(condition.isPossible) ?? false
        code = condition.code
        usable = nil
        instants = []
        impossible = nil
        carried = nil
        carriedFor = 0
    }

    init(
        _ usable: UsableValues, _ instants: [MinuteSamples.Instant], impossible: [Bool]? = nil,
        carried: MinuteSamples.Instant?, for carriedFor: Int64
    ) {
        self.usable = usable
        code = usable.code
        constant = nil
        isConstantPossible = false
        self.instants = instants
        self.impossible = impossible
        self.carried = carried
        self.carriedFor = carriedFor
    }

    /// The last value at or before `at`, else the earliest of the minute, else the carried one while it is fresh.
    ///
    /// `at` does not decrease from call to call.
    mutating func value(at: Int64) throws(Lack) -> Double {
        if let constant {
            guard isConstantPossible else { throw .impossible(code) }
            return constant
        }
        guard let usable else { throw .missing(code) }
        guard !instants.isEmpty else {
            guard let carried, at - carried.at <= carriedFor else { throw .missing(code) }
            guard let value = usable(carried.value) else { throw .impossible(code) }
            return value
        }
        while next < instants.count, instants[next].at <= at { next += 1 }
        let place = max(0, next - 1)
        guard impossible?[place] != true, let value = usable(instants[place].value) else { throw .impossible(code) }
        return value
    }
}

/// Temperature and pressure through a minute.
struct StateTimeline {
    private var celsius: ConditionTimeline
    private var staticPressure: ConditionTimeline
    private var atmosphericPressure: ConditionTimeline

    init(_ timeline: (GasCondition) -> ConditionTimeline) {
        celsius = timeline(.temperature)
        staticPressure = timeline(.staticPressure)
        atmosphericPressure = timeline(.atmosphericPressure)
    }

    mutating func gas(at: Int64) throws(Lack) -> GasState {
        GasState(
            celsius: try celsius.value(at: at), staticPascals: try staticPressure.value(at: at) * 1000,
            atmosphericPascals: try atmosphericPressure.value(at: at) * 1000)
    }
}
