import Emissions
import Telemetry
import Testing

@Suite("Numbers that are no measurement")
struct AdmissionTests {
    private let channel = Channel.stack("a21026") {
        $0.scale.range = 0...300
        $0.invalidNumbers = [65_535, -1]
    }

    @Test(
        "more than a tenth of the span below the range, or declared to mean no value, is none",
        arguments: [
            (0, nil), (-6, nil), (-30, nil), (-30.1, .belowRange(number: -30.1)), (-9_999, .belowRange(number: -9_999)),
            (300, nil), (301, nil), (9_999, nil), (65_535, .invalid(number: 65_535)), (-1, .invalid(number: -1)),
            (-1.01, nil),
        ] as [(Double, ReadFailure?)])
    func numbers(number: Double, failure: ReadFailure?) {
        let admitted = channel.admitted(Reading(value: number))
        #expect(admitted.value == (failure == nil ? number : nil))
        #expect(admitted.failure == failure)
        #expect(admitted.flag == (failure == nil ? .normal : .fault))
    }

    @Test("the range is that of the reading, whatever becomes of it: both ends are compared before slope and intercept")
    func unit() {
        var outlet = Outlet([
            .stack("a21026") {
                $0.scale.range = 4...20
                $0.scale.correction = LinearCorrection(slope: 18.75, offset: -75)
            }
        ])
        let channel = outlet.chain.plan.channels[0]
        #expect(channel.admitted(Reading(value: 2.4)).value == 2.4)
        #expect(channel.admitted(Reading(value: 2.39)).failure == .belowRange(number: 2.39))
        let inside = outlet.minute(["a21026": 19.9])
        #expect(inside.factor("a21026", of: outlet).measured.flag == .normal)
        let above = outlet.minute(["a21026": 20.1])
        #expect(above.factor("a21026", of: outlet).measured.flag == .overRange)
    }

    @Test("what the instrument flags keeps its flag and loses the number all the same")
    func flagged() {
        let admitted = channel.admitted(Reading(value: -9_999, flag: .calibration))
        #expect(admitted == Reading(value: nil, flag: .calibration, failure: .belowRange(number: -9_999)))
        let failed = Reading.failed(.timeout)
        #expect(channel.admitted(failed) == failed)
    }

    @Test("a meter passes its range, which is that of a flow")
    func meter() {
        var meter = Channel.stack("w00000") { $0.scale.range = 100...200 }
        meter.meter = ChannelMeter()
        #expect(meter.admitted(Reading(value: 3)).value == 3)
    }

    @Test("of what an instrument states of a period an extreme goes alone, a mean takes everything with it")
    func stated() {
        let stated = PeriodStatistics(average: 12, minimum: -9_999, maximum: 14, count: nil, flag: .normal)
        var expected = stated
        expected.minimum = nil
        expected.failure = .belowRange(number: -9_999)
        #expect(channel.admitted(stated) == expected)
        let mean = PeriodStatistics(average: 65_535, minimum: 1, maximum: 65_535, count: nil, flag: .normal)
        #expect(
            channel.admitted(mean)
                == PeriodStatistics(
                    average: nil, minimum: nil, maximum: nil, count: nil, flag: .fault,
                    failure: .invalid(number: 65_535)))
    }

    @Test("the reasons read well and survive being written down")
    func reasons() {
        #expect(ReadFailure.invalid(number: 65_535).text == "65535 means no value")
        #expect(ReadFailure.belowRange(number: -9_999.900390625).text == "-9999.9 is far below the range")
        for failure in [ReadFailure.invalid(number: -0.5), .belowRange(number: -1e20), .exception(code: 2), .noData] {
            #expect(ReadFailure(word: failure.word) == failure)
            #expect(!failure.word.contains(" "))
        }
        #expect(ReadFailure(word: "below") == nil)
    }
}
