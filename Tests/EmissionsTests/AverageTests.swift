import Emissions
import Telemetry
import TestSupport
import Testing

@Suite struct AverageTests {
    @Test("a minute is the plain average of its good samples")
    func minute() {
        var average = SampleAverage()
        for value in [10.0, 20.0, 60.0] { average.add(Reading(value: value)) }
        average.add(Reading(value: 1_000, flag: .calibration))
        let statistics = average.statistics
        #expect(statistics.average == 30)
        #expect(statistics.minimum == 10)
        #expect(statistics.maximum == 60)
        #expect(statistics.count == 3)
        #expect(statistics.flag == .normal)
    }

    @Test("below three quarters of good samples the most frequent other flag stands")
    func flag() {
        var average = SampleAverage()
        for _ in 0..<5 { average.add(Reading(value: 1)) }
        for _ in 0..<2 { average.add(.failed(.timeout)) }
        average.add(Reading(value: 9, flag: .maintenance))
        #expect(average.statistics.flag == .noCommunication)
        #expect(average.statistics.average == 1)
        #expect(average.statistics.failure == .timeout)
    }

    @Test("without a good sample there is no number, only a count of 0, a flag and a reason")
    func nothing() {
        #expect(
            SampleAverage().statistics
                == PeriodStatistics(
                    average: nil, minimum: nil, maximum: nil, count: 0, flag: .noCommunication, failure: .noData))
        var average = SampleAverage()
        average.add(Reading(value: 5, flag: .calibration))
        #expect(average.statistics.average == nil)
        #expect(average.statistics.flag == .calibration)
    }

    @Test("an hour is the plain average of its minutes, not of its samples")
    func hour() {
        var hour = PeriodAverage()
        hour.add(PeriodStatistics(average: 10, minimum: 5, maximum: 15, count: 12, flag: .normal))
        hour.add(PeriodStatistics(average: 40, minimum: 30, maximum: 70, count: 1, flag: .normal))
        hour.add(PeriodStatistics(average: nil, minimum: nil, maximum: nil, count: 0, flag: .fault))
        #expect(hour.statistics.average == 25)
        #expect(hour.statistics.minimum == 5)
        #expect(hour.statistics.maximum == 70)
        #expect(hour.statistics.count == 2)
        #expect(hour.statistics.flag == .fault)
    }

    @Test("minimum, average and maximum are in order, whatever comes")
    func order() {
        var random = SeededGenerator()
        for _ in 0..<500 {
            var average = SampleAverage()
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                average.add(Reading(value: Double.random(in: -100...100, using: &random)))
            }
            let statistics = average.statistics
            let (low, mean, high) = (statistics.minimum ?? .nan, statistics.average ?? .nan, statistics.maximum ?? .nan)
            #expect(low <= mean + 1e-9 && mean <= high + 1e-9, "\(random)")
        }
    }
}
