import Emissions
import Telemetry
import Testing

/// Which readings of a batch analyser are results, and what an hour or a minute has of them.
@Suite struct BatchResultsTests {
    private static func chain(cycle: Double = 3600, _ change: (inout OutletPlan) -> Void = { _ in }) -> OutletChain {
        var channel = Channel(code: "w21003", role: .waterConcentration)
        channel.cycle = cycle
        channel.scale.range = 0...100
        var plan = OutletPlan(channels: [channel])
        change(&plan)
        return OutletChain(plan: plan)
    }

    /// What tells the results apart: nothing, or a register with these numbers.
    private typealias Step = (second: Int, value: Double, register: Double?, isNew: Bool)

    private func expect(
        _ steps: [Step], in chain: inout OutletChain, hasRegister: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for step in steps {
            let isNew = chain.takeResult(
                Reading(value: step.value), channel: 0, at: minuteStart + .seconds(step.second),
                hasRegister ? .register(step.register) : .number)
            #expect(isNew == step.isNew, "\(step)", sourceLocation: sourceLocation)
        }
    }

    @Test(
        "a number that is held is one result until it changes, or until a cycle and a quarter have passed",
        arguments: [1800, 3600, 7200, 14_400])
    func held(cycle: Int) {
        var chain = Self.chain(cycle: Double(cycle))
        let late = cycle / 4 * 5
        expect(
            [
                (0, 8, nil, true), (60, 8, nil, false), (cycle, 8, nil, false), (late - 1, 8, nil, false),
                (late, 8, nil, true), (late + 60, 8, nil, false), (2 * late - 1, 8, nil, false),
                (2 * late, 8, nil, true), (2 * late + 5, 9, nil, true), (2 * late + 10, 8, nil, true),
            ], in: &chain)
    }

    @Test(
        "a clock that was set back makes no second result of a number that is held, and none of those to come is lost")
    func clockSetBack() {
        var chain = Self.chain()
        expect([(0, 8, nil, true), (3600, 9, nil, true), (3000, 9, nil, false), (3060, 9, nil, false)], in: &chain)
        expect([(3120, 10, nil, true), (3180, 10, nil, false), (3700, 10, nil, false)], in: &chain)
    }

    @Test("a register that changes with each result tells equal results apart, and one held for long is no other")
    func register() {
        var chain = Self.chain()
        expect(
            [
                (0, 8, 1, true), (60, 8, 1, false), (3600, 8, 2, true), (3660, 8, 2, false), (9000, 8, 2, false),
                (9060, 8, nil, false), (9120, 8, 3, true), (12_720, 9, 4, true),
            ], in: &chain, hasRegister: true)
    }

    @Test("a register and a number that change a poll apart are of one result")
    func registerApart() {
        var chain = Self.chain()
        // The register first, then the number first.
        expect(
            [(0, 8, 1, true), (3600, 8, 2, true), (3605, 9, 2, true), (3610, 9, 2, false)], in: &chain,
            hasRegister: true)
        expect([(7200, 10, 2, true), (7205, 10, 3, false), (7210, 10, 3, false)], in: &chain, hasRegister: true)
        let hours = (1...2).map { hour in
            chain.results(from: minuteStart + .seconds(3600 * hour), to: minuteStart + .seconds(3600 * (hour + 1)))[0]
        }
        #expect(hours.map { $0?.average } == [9, 10])
        #expect(hours.map { $0?.count } == [1, 1])
    }

    @Test("without any number of the register the number alone tells")
    func registerUnknown() {
        var chain = Self.chain()
        expect(
            [(0, 8, nil, true), (4499, 8, nil, false), (4500, 8, nil, true), (4560, 8, 1, false), (9060, 8, 1, false)],
            in: &chain, hasRegister: true)
    }

    // MARK: Hours

    struct Held: Sendable, CustomTestStringConvertible {
        let cycle: Double
        /// Seconds before the hour.
        let age: Int
        let isTaken: Bool

        var testDescription: String { "cycle \(cycle), \(age) s before" }
    }

    @Test(
        "an hour without a result takes the last one that is at most a cycle and a quarter old at its end",
        arguments: [
            Held(cycle: 3600, age: 1, isTaken: true), Held(cycle: 3600, age: 900, isTaken: true),
            Held(cycle: 3600, age: 901, isTaken: false), Held(cycle: 1800, age: 1, isTaken: false),
            Held(cycle: 7200, age: 5400, isTaken: true), Held(cycle: 7200, age: 5401, isTaken: false),
            Held(cycle: 14_400, age: 14_400, isTaken: true), Held(cycle: 14_400, age: 14_401, isTaken: false),
        ])
    func heldHour(_ held: Held) {
        var chain = Self.chain(cycle: held.cycle)
        _ = chain.takeResult(Reading(value: 8), channel: 0, at: minuteStart - .seconds(held.age))
        let hour = chain.results(from: minuteStart, to: minuteStart + .seconds(3600))[0]
        #expect(hour?.average == (held.isTaken ? 8 : nil))
        #expect(hour?.count == 0)
        #expect(hour?.flag == (held.isTaken ? .normal : .noCommunication))
    }

    struct Failing: Sendable, CustomTestStringConvertible {
        let name: String
        /// Seconds from the hour's start, and the flag of the reading.
        let readings: [(second: Int, flag: DataFlag)]
        let flag: DataFlag

        var testDescription: String { name }
    }

    private static let failing: [Failing] = [
        Failing(name: "15 min", readings: [(0, .fault), (900, .normal)], flag: .normal),
        Failing(name: "more", readings: [(0, .fault), (901, .normal)], flag: .fault),
        Failing(
            name: "in two parts", readings: [(0, .fault), (500, .normal), (3000, .fault), (3401, .normal)], flag: .fault
        ),
        Failing(name: "open at the end", readings: [(2699, .fault)], flag: .fault),
        Failing(name: "open at the end, 15 min", readings: [(2700, .fault)], flag: .normal),
        Failing(name: "since before", readings: [(-600, .calibration), (901, .normal)], flag: .calibration),
        Failing(
            name: "the longer one", readings: [(0, .fault), (400, .calibration), (1000, .normal)], flag: .calibration),
        Failing(
            name: "of equal ones fault first",
            readings: [(0, .calibration), (600, .maintenance), (1200, .fault), (1800, .normal)],
            flag: .fault),
    ]

    @Test(
        "an hour that takes the last result is not valid where the analyser failed for more than 15 min",
        arguments: failing)
    func failingHour(_ failing: Failing) throws {
        var chain = Self.chain()
        _ = chain.takeResult(Reading(value: 8), channel: 0, at: minuteStart - .seconds(700))
        for (second, flag) in failing.readings {
            // The good ones repeat the result.
            _ = chain.takeResult(Reading(value: 8, flag: flag), channel: 0, at: minuteStart + .seconds(second), .number)
        }
        let hour = try #require(chain.results(from: minuteStart, to: minuteStart + .seconds(3600))[0])
        #expect(hour.average == 8)
        #expect(hour.count == 0)
        #expect(hour.flag == failing.flag)
        let factor = PeriodSum(plan: chain.plan).closed(.hour, parts: 60, month: 11, results: [hour]).factors[0]
        #expect(factor.validity == (failing.flag.isGood ? .valid : .invalid(reason: "flag \(failing.flag)")))
    }

    @Test(
        "an hour with a result of its own is valid whatever else came; one without a number has the flag of what came")
    func flagOfHour() {
        var chain = Self.chain()
        _ = chain.takeResult(Reading(value: 8), channel: 0, at: minuteStart + .seconds(60))
        _ = chain.takeResult(Reading(value: 8, flag: .fault), channel: 0, at: minuteStart + .seconds(120))
        let hours = (0...2).map { hour in
            chain.results(from: minuteStart + .seconds(3600 * hour), to: minuteStart + .seconds(3600 * (hour + 1)))[0]
        }
        #expect(hours.map { $0?.average } == [8, nil, nil])
        #expect(hours.map { $0?.flag } == [.normal, .fault, .fault])
    }

    @Test(
        "above the range a number is no result, unless those count",
        arguments: [(false, nil, DataFlag.overRange), (true, 101, .normal)])
    func overRange(counts: Bool, average: Double?, flag: DataFlag) {
        var chain = Self.chain { $0.constants.overRangeCounts = counts }
        _ = chain.takeResult(Reading(value: 101), channel: 0, at: minuteStart + .seconds(60), .number)
        let hour = chain.results(from: minuteStart, to: minuteStart + .seconds(3600))[0]
        #expect(hour?.average == average)
        #expect(hour?.flag == flag)
    }

    // MARK: Minutes

    @Test("a minute in which the analyser failed all the time shows the newest result and is not valid")
    func failingMinute() {
        var outlet = Outlet([.stack("w21003") { $0.cycle = 3600 }])
        outlet.minute(["w21003": [(30, Reading(value: 8))]])
        let partly = outlet.minute(["w21003": [(10, Reading(value: 8, flag: .fault))]]).factors[0]
        let wholly = outlet.minute([String: [(second: Int, Reading)]]()).factors[0]
        outlet.chain.hear(Reading(value: 8), channel: 0, at: outlet.now)
        let after = outlet.minute([String: [(second: Int, Reading)]]()).factors[0]
        #expect([partly, wholly, after].map(\.measured.average) == [8, 8, 8])
        #expect([partly, wholly, after].map(\.measured.flag) == [.normal, .fault, .normal])
        #expect([partly, wholly, after].map(\.validity) == [.valid, .invalid(reason: "flag D"), .valid])
    }

    @Test("what an analyser did is known over a restart, and is forgotten with its source")
    func state() throws {
        var chain = Self.chain()
        expect([(0, 8, 1, true)], in: &chain, hasRegister: true)
        for (second, flag) in [(60, DataFlag.fault), (120, .normal), (180, .calibration)] {
            chain.hear(Reading(value: 8, flag: flag), channel: 0, at: minuteStart + .seconds(second))
        }
        var restarted = OutletChain(plan: chain.plan)
        try restarted.restore(chain.state.map { StateLine($0.text) })
        #expect(restarted == chain)
        restarted.adapt(channel: 0, ReadingSource(word: "a"), to: ReadingSource(word: "b"))
        #expect(restarted == OutletChain(plan: chain.plan))
    }

    @Test("a state of the version that did not keep how long an analyser failed opens")
    func earlierState() throws {
        var chain = Self.chain()
        let at = minuteStart.millisecondsSince1970
        try chain.restore([StateLine("w21003 - - - 1 \(at) 8.0 2 \(at + 1000) D \(at + 2000) C")])
        let hour = chain.results(from: minuteStart, to: minuteStart + .seconds(3600))[0]
        #expect(hour?.average == 8)
        expect([(60, 8, nil, false)], in: &chain)
    }

    @Test(
        "an analyser that fails at every other reading is known for more than an hour, and takes no more room than that"
    )
    func flapping() {
        var chain = Self.chain(cycle: 86_400)
        _ = chain.takeResult(Reading(value: 8), channel: 0, at: minuteStart - .seconds(60))
        for second in stride(from: 0, to: 36_000, by: 5) {
            chain.hear(
                Reading(value: 8, flag: second % 10 == 0 ? .fault : .normal), channel: 0,
                at: minuteStart + .seconds(second))
        }
        let last = chain.results(from: minuteStart + .seconds(32_400), to: minuteStart + .seconds(36_000))[0]
        #expect(last?.flag == .fault)
        #expect(chain.state[0].text.count < 40_000)
    }
}
