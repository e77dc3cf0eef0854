import Emissions
import Telemetry
import TestSupport
import Testing

@Suite struct TotaliserTests {
    /// The steps of readings that come every `seconds`.
    private static func steps(
        _ readings: [Double], every seconds: Int64 = 5, _ settings: Totaliser.Settings = .init()
    ) -> [MeterStep] {
        var meter = Totaliser(settings)
        return readings.enumerated().map { meter.advance(to: .init($1, at: Int64($0) * seconds * 1000)) }
    }

    private static func kinds(_ readings: [Double], _ settings: Totaliser.Settings = .init()) -> [MeterStep.Kind] {
        steps(readings, settings).map(\.kind)
    }

    private static func amount(_ readings: [Double], _ settings: Totaliser.Settings = .init()) -> Double {
        steps(readings, settings).reduce(0) { $0 + $1.amount }
    }

    /// 50 L/s.
    private static let pipe = Totaliser.Settings(modulus: 1_000_000, greatestRate: 0.05)

    @Test(
        "what each reading is, and what all of them add",
        arguments: [
            ([100, 130, 130, 131.5], 31.5, [.first, .counted, .counted, .counted]),
            // A small fall is noise, and nothing is added until the old maximum is passed.
            ([123_456, 123_455.9, 123_455.9, 123_456.2], 0.2, [.first, .noise, .noise, .counted]),
            ([1000, 990, 1000.5], 0.5, [.first, .noise, .counted]),
            // Between 99 % and a tenth it is noise with a doubt.
            ([1000, 989, 1000.5], 0.5, [.first, .doubtful, .counted]),
            ([1000, 100, 1000.5], 0.5, [.first, .doubtful, .counted]),
            // Below a tenth: a reset when two further readings go on from it.
            ([1000, 0.5, 1, 1.5, 2], 2, [.first, .waiting, .waiting, .reset, .counted]),
            ([1000, 0, 0, 0, 0.5], 0.5, [.first, .waiting, .waiting, .reset, .counted]),
            ([1000, 0, 1000.5], 0.5, [.first, .waiting, .counted]),
            ([1000, 0, 0, 1000.5], 0.5, [.first, .waiting, .waiting, .counted]),
            // One wild reading among those after a reset does not undo it.
            ([1000, 0, 70, 0, 0, 0.5], 0.5, [.first, .waiting, .waiting, .waiting, .waiting, .reset]),
        ] as [([Double], Double, [MeterStep.Kind])])
    func readings(readings: [Double], amount: Double, kinds: [MeterStep.Kind]) {
        // 10 m³ in 5 s: what these readings tell is not how much a pipe carries.
        let settings = Totaliser.Settings(greatestRate: 8)
        #expect(Self.kinds(readings, settings) == kinds)
        #expect((Self.amount(readings, settings) - amount).magnitude < 1e-6)
    }

    @Test("a roll-over is one at the modulus, from the last tenth to the first, and nowhere else")
    func rollOver() {
        #expect(Self.kinds([999_999.9, 0.1, 0.2], Self.pipe) == [.first, .rolledOver, .counted])
        #expect((Self.amount([999_999.9, 0.1, 0.2], Self.pipe) - 0.3).magnitude < 1e-6)
        let none = Totaliser.Settings(greatestRate: 0.05)
        #expect(Self.kinds([999_999.9, 0.1, 0.2, 0.3], none) == [.first, .waiting, .waiting, .reset])
        // A wild zero near the end is none: the pipe does not carry the rest.
        #expect(Self.kinds([950_000, 0, 950_000.1], Self.pipe) == [.first, .waiting, .counted])
    }

    @Test("the modulus itself is its end, and a dip back across it is noise")
    func endItself() {
        #expect(Self.kinds([999_999.97, 1_000_000, 0.1], Self.pipe) == [.first, .counted, .rolledOver])
        #expect((Self.amount([999_999.97, 1_000_000, 0.1], Self.pipe) - 0.13).magnitude < 1e-6)
        let dip = [999_999.9, 0.0, 999_999.9, 0.1, 0.2]
        #expect(Self.kinds(dip, Self.pipe) == [.first, .rolledOver, .noise, .counted, .counted])
        #expect((Self.amount(dip, Self.pipe) - 0.3).magnitude < 1e-6)
    }

    @Test(
        "a roll-over after a silence is one that further readings confirm; away from the end a fall is a reset, or noise",
        arguments: [
            (640.9, [30, 30.1, 30.2], 44.66, [.waiting, .waiting, .passedEnd]),
            (640.9, [64.5, 64.6, 64.7], 79.16, [.waiting, .waiting, .passedEnd]),
            (640.9, [0, 641, 641.1], 0.2, [.waiting, .counted, .counted]),
            (640.9, [0, 0, 641], 0.1, [.waiting, .waiting, .counted]),
            (560.9, [30, 30.1, 30.2], 30.2, [.waiting, .waiting, .reset]),
            (560.9, [30, 561.95, 562], 1.1, [.waiting, .counted, .counted]),
            (560.9, [71, 71.1, 71.2], 0, [.doubtful, .doubtful, .doubtful]),
            (560.9, [560, 560.1, 562], 1.1, [.noise, .noise, .counted]),
        ] as [(Double, [Double], Double, [MeterStep.Kind])])
    func silence(last: Double, readings: [Double], amount: Double, kinds: [MeterStep.Kind]) {
        // 1000 m³/h: 183 m³ in ten minutes at most, and one step.
        let settings = Totaliser.Settings(modulus: 655.36, greatestRate: 1000 / 3600)
        var meter = Totaliser(settings)
        _ = meter.advance(to: .init(last, at: 0))
        let steps = readings.enumerated().map { meter.advance(to: .init($1, at: Int64(600 + 5 * $0) * 1000)) }
        #expect(steps.map(\.kind) == kinds)
        #expect((steps.reduce(0) { $0 + $1.amount } - amount).magnitude < 1e-6)
        guard let decided = kinds.last, [.passedEnd, .reset].contains(decided) else { return }
        #expect(steps.allSatisfy { $0.doubt == nil && ($0.change == nil) == ($0.kind != .reset) })
        var waiting = Totaliser(settings)
        _ = waiting.advance(to: .init(last, at: 0))
        _ = waiting.advance(to: .init(readings[0], at: 600_000))
        let later = [1, 2].map { Totaliser.Reading(readings[$0], at: Int64(600 + 5 * $0) * 1000) }
        #expect(waiting.resolve(with: later)?.kind == decided)
    }

    @Test("what a meter shows after it passed its end by mistake is believed again within two minutes")
    func notOverTheEnd() {
        // A zero of the PLC near the end, and the meter goes on where it was.
        let readings = [999_999.9, 0] + (0..<30).map { 999_999.5 + Double($0) * 0.01 }
        let steps = Self.steps(readings, Self.pipe)
        #expect(steps[1].kind == .rolledOver)
        #expect(steps.last?.kind == .counted)
        #expect(steps.last?.amount.isAbout(0.01, 1e-6) == true)
    }

    @Test("an amount that no pipe can carry adds nothing, and a single one spoils nothing")
    func impossible() {
        let spike = Self.steps([100, 100.1, 900_000, 100.2], Self.pipe)
        #expect(spike.map(\.kind) == [.first, .counted, .impossible, .counted])
        #expect(spike[2].doubt?.from == 100.1)
        #expect(spike[2].doubt?.to == 900_000)
        #expect(spike[2].doubt?.seconds == 5)
        #expect((Self.amount([100, 100.1, 900_000, 100.2], Self.pipe) - 0.2).magnitude < 1e-9)
        // A meter that was set forward goes on from there; what was between is not known.
        #expect((Self.amount([100, 5000, 5000.1, 5000.2, 5000.3], Self.pipe) - 0.3).magnitude < 1e-6)
        // So does another one that shows less: what it shows has not flowed here.
        let exchanged = Self.steps([100_000, 5000, 5000.1, 5000.2, 5000.3], Self.pipe)
        #expect(exchanged.map(\.kind) == [.first, .waiting, .waiting, .exchanged, .counted])
        #expect(exchanged[3].doubt?.from == 100_000 && exchanged[3].doubt?.to == 5000)
        #expect((exchanged.reduce(0) { $0 + $1.amount } - 0.3).magnitude < 1e-6)
    }

    @Test("without a range ten times the highest rate of the day is too much")
    func highestRate() {
        let flow = stride(from: 100.0, to: 110, by: 0.5).map { $0 }
        #expect(Self.kinds(flow + [114.5]).last == .counted)
        #expect(Self.kinds(flow + [115.2]).last == .impossible)
        #expect(Self.kinds([100, 900_000]).last == .impossible, "more than any pipe carries")
        // Water that stands for a day forgets no rate.
        let standing = flow + Array(repeating: 109.5, count: 20_000)
        #expect(Self.kinds(standing + [900]).last == .impossible)
    }

    @Test("a greater flow than ever is believed when it lasts, and nothing of it is lost")
    func greaterFlow() {
        let drops = stride(from: 100.0, to: 100.05, by: 0.01).map { $0 }
        let flow = stride(from: 101.0, to: 120, by: 1).map { $0 }
        let steps = Self.steps(drops + flow)
        #expect(steps.count { $0.kind == .impossible } == 1)
        #expect((steps.reduce(0) { $0 + $1.amount } - 19).magnitude < 1e-6)
    }

    @Test("a meter of whole m³ may step by one however little the pipe carries")
    func resolution() {
        let pulses = Totaliser.Settings(greatestRate: 0.001)
        #expect(Self.kinds([100, 101, 101, 102], pulses) == [.first, .counted, .counted, .counted])
        #expect(Self.kinds([100, 102], pulses).last == .impossible)
        #expect(Self.kinds([100.1, 101.1], pulses).last == .impossible, "this one shows tenths")
    }

    @Test("a meter of coarse steps loses none: the first waits for its confirmation, the next are possible at once")
    func coarseSteps() {
        // 60 m³/h of at most 100, in steps of 10 m³.
        let settings = Totaliser.Settings(greatestRate: 100 / 3600.0)
        let readings = (0..<600).map { 1000 + 10 * (Double($0) * 5 / 600).rounded(.down) }
        let steps = Self.steps(readings, settings)
        #expect(steps.reduce(0) { $0 + $1.amount } == 40)
        #expect(steps[120...122].map(\.kind) == [.waiting, .waiting, .ticked])
        #expect(steps[240].kind == .counted && steps[240].amount == 10)
        #expect(steps.allSatisfy { $0.doubt == nil && $0.change == nil })
    }

    @Test("where steps follow each other closely none is lost, and none is doubted", arguments: [1.0, 10, 77, 500])
    func closeSteps(step: Double) {
        for flow in [0.2, 0.7, 1] {
            let settings = Totaliser.Settings(greatestRate: 1)
            let readings = (0..<2000).map { (Double($0) * 5 * flow / step).rounded(.down) * step }
            let steps = Self.steps(readings, settings)
            #expect(steps.reduce(0) { $0 + $1.amount } == readings[1999], "\(flow)")
            #expect(steps.allSatisfy { $0.change == nil }, "\(flow)")
        }
    }

    @Test("a wild reading that might be a coarse step is doubted when the meter is back, and changes nothing")
    func noStep() {
        let settings = Totaliser.Settings(greatestRate: 100 / 3600.0)
        let standing = Array(repeating: 1000.0, count: 600)
        let steps = Self.steps(standing + [1010, 1000, 1000.1], settings)
        #expect(steps.suffix(3).map(\.kind) == [.waiting, .counted, .counted])
        #expect(steps[601].doubt?.to == 1010)
        #expect((steps.reduce(0) { $0 + $1.amount } - 0.1).magnitude < 1e-6)
        // More than the pipe carries in an hour is no step, however long the meter has stood.
        #expect(Self.kinds(Array(repeating: 1000.0, count: 2000) + [1120], settings).last == .impossible)
    }

    @Test("a coarse step is forgotten where the meter rises by less, and where it begins anew")
    func forgottenStep() {
        let settings = Totaliser.Settings(greatestRate: 100 / 3600.0)
        let ticked = Array(repeating: 1000.0, count: 121) + [1010, 1010, 1010]
        #expect(Self.kinds(ticked + [1020], settings).last == .counted)
        #expect(Self.kinds(ticked + [1010.1, 1020.1], settings).last == .impossible)
        #expect(Self.kinds(ticked + [0, 0, 0, 10], settings).last == .impossible)
    }

    @Test("a coarse step, and one that waits for its confirmation, are known over a restart", arguments: [1, 3])
    func coarseStepOverRestart(minutes: Int) throws {
        let meter = Channel.stack("w00000") {
            $0.meter = ChannelMeter(settings: .init(greatestRate: 1, interval: 5))
        }
        var outlet = Outlet([meter])
        for minute in 0..<minutes {
            // Each minute's last reading is 50 m³ higher.
            let readings = (0..<12).map { ($0 * 5, Reading(value: 1000 + 50 * Double(minute + $0 / 11))) }
            outlet.minute(["w00000": readings])
        }
        var restored = OutletChain(plan: outlet.chain.plan)
        try restored.restore(outlet.chain.state.map { StateLine($0.text) })
        #expect(restored == outlet.chain)
        let next = outlet.minute(["w00000": 1000 + 50 * Double(minutes)]).factor("w00000", of: outlet)
        #expect(next.amount == PeriodAmount(value: minutes == 1 ? 50 : 0, validity: .valid))
    }

    @Test("over a gap counts what the pipe can have carried in it")
    func gap() {
        var meter = Totaliser(Self.pipe)
        _ = meter.advance(to: .init(400, at: 0))
        var tooMuch = meter
        #expect(meter.advance(to: .init(560, at: 3_600_000)).amount == 160)
        #expect(tooMuch.advance(to: .init(700, at: 3_600_000)).kind == .impossible)
    }

    @Test("a meter that shows less for an hour has been set back; what it counted meanwhile is not lost")
    func setBack() {
        let readings = [123_456.0] + (0...722).map { 60_000 + Double($0) * 0.1 }
        let steps = Self.steps(readings, Self.pipe)
        #expect(steps.last { $0.change != nil }?.kind == .adopted)
        #expect(steps.dropFirst().prefix(700).allSatisfy { $0.kind == .doubtful && $0.doubt != nil })
        #expect((steps.reduce(0) { $0 + $1.amount } - 72.2).magnitude < 1e-3)
    }

    @Test(
        "a reading that no meter shows is not believed and changes nothing",
        arguments: [-1, .nan, .infinity, 1_000_000.5, 1e9] as [Double])
    func refused(reading: Double) {
        var meter = Totaliser(Self.pipe)
        _ = meter.advance(to: .init(10, at: 0))
        let before = meter
        #expect(meter.advance(to: .init(reading, at: 5000)).kind == .doubtful)
        #expect(meter == before)
    }

    @Test("readings of later minutes tell what a fall was; they are not taken")
    func resolve() {
        func fallen() -> Totaliser {
            var meter = Totaliser(Self.pipe)
            _ = meter.advance(to: .init(1000, at: 0))
            _ = meter.advance(to: .init(0.1, at: 5000))
            return meter
        }
        var reset = fallen()
        #expect(reset.awaitsConfirmation)
        let none: [Totaliser.Reading] = []
        #expect(reset.resolve(with: none) == nil)
        #expect(reset.resolve(with: [.init(0.2, at: 10_000)]) == nil)
        let step = reset.resolve(with: [.init(0.2, at: 10_000), .init(0.3, at: 15_000)])
        #expect(step?.kind == .reset)
        #expect(step?.amount == 0.1)
        let next = reset.advance(to: .init(0.2, at: 10_000)).amount
        #expect(next.isAbout(0.1, 1e-9))
        var wild = fallen()
        #expect(wild.resolve(with: [.init(1000, at: 10_000)])?.kind == .doubtful)
        #expect(!wild.awaitsConfirmation)
    }

    @Test("the amounts of a meter that only counts up sum to what flowed, across roll-overs, dips and wild readings")
    func conservation() {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let modulus = Double(Int.random(in: 1_000...9_999, using: &random))
            var total = Double(Int.random(in: 1...999, using: &random))
            let start = total
            var meter = Totaliser(.init(modulus: modulus, greatestRate: modulus / 200))
            var (sum, at) = (0.0, Int64(0))
            func read(_ value: Double) {
                at += 5000
                sum += meter.advance(to: .init(value, at: at)).amount
            }
            for _ in 0..<100 {
                let value = total.truncatingRemainder(dividingBy: modulus)
                read(value)
                // Near its end a wild reading may be taken for the roll-over.
                switch value < modulus * 0.5 ? Int.random(in: 0..<10, using: &random) : 9 {
                case 0: read(value * 0.995)
                case 1: read(0)
                case 2: read(value * 0.5)
                case 3: read(min(value + modulus * 0.4, modulus - 1))
                default: break
                }
                read(value)
                total += Double(Int.random(in: 0...Int(modulus / 100), using: &random))
            }
            read(total.truncatingRemainder(dividingBy: modulus))
            #expect((sum - (total - start)).magnitude < 1e-6, "\(random)")
        }
    }
}
