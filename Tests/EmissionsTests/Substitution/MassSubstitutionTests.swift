import Emissions
import TestSupport
import Testing

@Suite struct CaptureRateTests {
    @Test("2 184 hours, 300 stopped, 120 invalid: 93.63 %")
    func vector() throws {
        let rate = CaptureRate(hours: 2_184, stopped: 300, invalid: 120)
        #expect((try #require(rate.rate) * 100).rounded(toDecimals: 2) == 93.63)
        #expect(rate.due == 1_884 && rate.valid == 1_764)
    }

    @Test("a quarter in which the plant stood has no rate and misses nothing")
    func standing() {
        let rate = CaptureRate(hours: 2_160, stopped: 2_160)
        #expect(rate.rate == nil)
        #expect(rate.isAtLeast(percent: 90))
    }

    @Test("the steps are compared without rounding", arguments: [(100, true), (101, false), (99, true)])
    func step(invalid: Int, isReached: Bool) {
        #expect(CaptureRate(hours: 1_000, invalid: invalid).isAtLeast(percent: 90) == isReached)
    }

    @Test("hours are counted by what they are, and quarters add up")
    func counting() {
        var rate = CaptureRate()
        for hour in [SeriesHour.valid(1), .stopped, .invalid, .outOfControl, .valid(0)] { rate.count(hour) }
        #expect(rate == CaptureRate(hours: 5, stopped: 1, invalid: 2))
        rate += CaptureRate(hours: 10, stopped: 2, invalid: 3)
        #expect(rate == CaptureRate(hours: 15, stopped: 3, invalid: 5))
    }
}

@Suite struct MassSubstitutionTests {
    private typealias Method = MassSubstitution.Method
    private typealias Substitute = MassSubstitution.Substitute

    private static func valid(_ count: Int, _ kilograms: Double = 1) -> [SeriesHour] {
        Array(repeating: .valid(kilograms), count: count)
    }

    private static func gap(_ count: Int, _ kind: SeriesHour = .invalid) -> [SeriesHour] {
        Array(repeating: kind, count: count)
    }

    /// All in one quarter.
    private static func substitutes(_ hours: [SeriesHour]) -> [Substitute?] {
        MassSubstitution.substitutes(for: hours, quarters: Array(repeating: 8_104, count: hours.count))
    }

    @Test(
        "the rows of the table",
        arguments: [
            (100, 1, "max-180"), (90, 24, "max-180"), (90, 25, "max-720"), (100, 2_000, "max-720"), (89, 1, "max-2160"),
            (89, 25, "max-2160"), (75, 500, "max-2160"), (74, 1, "none"), (0, 1, "none"),
        ])
    func rows(percent: Int, consecutive: Int, expected: String) {
        let rate = CaptureRate(hours: 100, invalid: 100 - percent)
        #expect(MassSubstitution.method(captureRate: rate, consecutiveHours: consecutive).rawValue == expected)
    }

    @Test("the window reaches so many valid hours back, and what is older does not count")
    func window() throws {
        // The greatest hour lies one too far back for 180, and just inside for 720.
        let hours = Self.valid(100) + [.valid(50)] + Self.valid(179, 2) + [.valid(3)] + Self.gap(24) + Self.valid(100)
        let short = try #require(Self.substitutes(hours)[281])
        #expect(short == Self.substitutes(hours)[304])
        #expect(short.kilogramsPerHour == 3 && short.method == .maximumOf180 && short.window == 101...280)
        let long = Self.valid(100) + [.valid(50)] + Self.valid(180, 2) + Self.gap(25) + Self.valid(200)
        let substitute = try #require(Self.substitutes(long)[290])
        #expect(substitute.kilogramsPerHour == 50 && substitute.method == .maximumOf720 && substitute.window == 0...280)
    }

    @Test("a poor quarter looks back 2 160 hours, a failed one has no substitute")
    func poor() throws {
        let poor = [.valid(70)] + Self.valid(2_160) + [.valid(7)] + Self.gap(300)
        // 300 of 2 462 are invalid: 87.8 %.
        let substitute = try #require(Self.substitutes(poor)[2_400])
        #expect(substitute.kilogramsPerHour == 7 && substitute.method == .maximumOf2160)
        #expect(substitute.window == 2...2_161)
        let failed = Self.substitutes(Self.valid(74) + Self.gap(26))
        #expect(failed[80]?.method == Method.unavailable)
        #expect(failed[80]?.kilogramsPerHour == nil && failed[80]?.window == nil)
    }

    @Test("only invalid hours have substitutes, and substitutes are no source of others")
    func apart() {
        let hours = Self.valid(200, 5) + Self.gap(2) + Self.valid(3, 1) + Self.gap(1) + [.stopped] + Self.valid(100)
        let substitutes = Self.substitutes(hours)
        for index in hours.indices {
            let isGap = hours[index] == .invalid
            #expect((substitutes[index] != nil) == isGap)
            #expect(substitutes[index]?.kilogramsPerHour == (isGap ? 5 : nil))
        }
        // Of the last 180 valid hours before the second gap three lie behind the first one.
        #expect(substitutes[205]?.window == 23...204)
    }

    @Test("hours of standing neither end a gap nor count in it")
    func standing() {
        let hours = Self.valid(500) + Self.gap(20) + Self.gap(100, .stopped) + Self.gap(4) + Self.valid(500)
        #expect(Self.substitutes(hours)[623]?.method == .maximumOf180)
        let longer = Self.valid(500) + Self.gap(20) + Self.gap(100, .stopped) + Self.gap(5) + Self.valid(500)
        #expect(Self.substitutes(longer)[500]?.method == .maximumOf720)
        #expect(Self.substitutes(longer)[550] == .some(nil))
    }

    @Test("out of control takes the same window and says so")
    func outOfControl() {
        let hours = Self.valid(100, 4) + Self.gap(3) + Self.gap(2, .outOfControl) + Self.valid(10)
        let substitutes = Self.substitutes(hours)
        #expect(substitutes[101]?.isOutOfControl == false)
        #expect(substitutes[104]?.isOutOfControl == true)
        #expect(substitutes[104]?.window == 0...99 && substitutes[104]?.kilogramsPerHour == 4)
    }

    @Test("without a valid hour before there is no substitute; a short past is used as it is")
    func beginning() {
        let hours = Self.gap(2) + Self.valid(1, 9) + Self.gap(1) + Self.valid(100)
        let substitutes = Self.substitutes(hours)
        #expect(substitutes[0]?.method == Method.unavailable && substitutes[1]?.kilogramsPerHour == nil)
        #expect(substitutes[3]?.kilogramsPerHour == 9 && substitutes[3]?.window == 2...2)
        #expect(Self.substitutes([]).isEmpty)
    }

    @Test("each quarter is judged by its own rate, also within one gap")
    func quarters() {
        // 20 of 220 invalid in the first quarter (90.9 %), 25 of 125 in the second (80 %).
        let hours = Self.valid(200, 2) + Self.gap(45) + Self.valid(100)
        let quarters = Array(repeating: 1, count: 220) + Array(repeating: 2, count: 125)
        let substitutes = MassSubstitution.substitutes(for: hours, quarters: quarters)
        #expect(substitutes[219]?.method == .maximumOf720)
        #expect(substitutes[220]?.method == .maximumOf2160)
        let rates = MassSubstitution.captureRates(of: hours, quarters: quarters)
        #expect(rates[1] == CaptureRate(hours: 220, invalid: 20) && rates[2] == CaptureRate(hours: 125, invalid: 25))
    }

    @Test("a substitute is the greatest valid hour of its window, which lies before the gap")
    func properties() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(60) {
            let hours = (0..<1_500).map { _ -> SeriesHour in
                switch Int.random(in: 0..<100, using: &random) {
                case 0..<80: .valid(.random(in: 0...100, using: &random))
                case 80..<85: .stopped
                case 85..<97: .invalid
                default: .outOfControl
                }
            }
            for (index, substitute) in Self.substitutes(hours).enumerated() {
                guard let substitute, let window = substitute.window else { continue }
                let values = hours[window].compactMap { if case .valid(let value) = $0 { value } else { nil } }
                #expect(window.upperBound < index, "\(random)")
                #expect(values.count <= substitute.method.hours, "\(random)")
                #expect(values.max() == substitute.kilogramsPerHour, "\(random)")
                let isBehind = hours[(window.upperBound + 1)..<index].contains {
                    if case .valid = $0 { true } else { false }
                }
                #expect(!isBehind, "no valid hour lies between: \(random)")
            }
        }
    }
}
