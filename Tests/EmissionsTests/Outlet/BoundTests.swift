import Emissions
import Telemetry
import Testing

/// What readings above the range count as where limits are judged: docs/calculation.md, section 6.
@Suite("Lower bounds")
struct BoundTests {
    /// NOx from NO and NO₂, each with a range.
    private func nitrogen() -> Outlet {
        Outlet([
            .stack("a21003") { $0.scale.range = 0...300 }, .stack("a21004") { $0.scale.range = 0...40 },
            .stack("a21002") { $0.origin = .nitrogenOxides(.field) },
        ])
    }

    /// Twelve readings, `values` from the first on and then the last of these.
    private func readings(_ values: Double...) -> [(second: Int, Reading)] {
        (0..<12).map { ($0 * 5, Reading(value: values[min($0, values.count - 1)])) }
    }

    @Test("NO₂ above its range counts in the bound of NOx at the end of it, with every instant of NO")
    func dioxide() throws {
        var outlet = nitrogen()
        let minute = outlet.minute(["a21003": readings(50), "a21004": readings(10, 10, 10, 90, 10)])
        let factor = minute.factor("a21002", of: outlet)
        #expect(factor.validity.reason == "no valid a21004")
        #expect(try #require(factor.measured.average).isAbout(86.5, 1e-9))
        let expected = (11 * 86.5 + 116.5) / 12
        #expect(try #require(factor.bound?.judged).isAbout(expected, 1e-9))
    }

    @Test("so it does where NO is above its range at the same instants, and at others")
    func both() throws {
        var outlet = nitrogen()
        let minute = outlet.minute(["a21003": readings(50, 400, 50, 400, 50), "a21004": readings(10, 10, 90, 90, 10)])
        let bound = try #require(minute.factor("a21002", of: outlet).bound?.judged)
        let expected = (9 * 86.5 + 469 + 116.5 + 499) / 12
        #expect(bound.isAbout(expected, 1e-9))
    }

    @Test("NO₂ of which too little is known, however high, leaves nothing to judge")
    func few() throws {
        var outlet = nitrogen()
        var dioxide = readings(90, 10)
        for index in 1..<12 { dioxide[index].1.flag = .fault }
        let factor = outlet.minute(["a21003": readings(50), "a21004": dioxide]).factor("a21002", of: outlet)
        #expect(factor.bound?.judged == nil)
        #expect(factor.bound?.minutes == 1)
    }

    @Test("without a range of NO₂ its readings above it are told, and nothing is judged by them")
    func unknown() throws {
        var outlet = Outlet([
            .stack("a21003"), .stack("a21004"), .stack("a21002") { $0.origin = .nitrogenOxides(.field) },
        ])
        var dioxide = readings(10)
        dioxide[3].1.flag = .overRange
        let minute = outlet.minute(["a21003": readings(50), "a21004": dioxide])
        #expect(minute.factors.map { $0.bound?.minutes } == [nil, 1, 1])
        #expect(minute.factors.allSatisfy { $0.bound?.mean == nil && $0.bound?.judged == nil })
    }

    @Test("minutes above the range without a valid humidity are counted, and not judged")
    func withoutHumidity() throws {
        var outlet = Outlet([
            .stack("a21026") {
                $0.basis.moisture = .wet
                $0.scale.range = 0...300
            }, .stack("a01014"),
        ])
        for minute in 0..<60 {
            let isBad = minute >= 46
            outlet.minute([
                "a21026": Reading(value: isBad ? 400 : 46), "a01014": Reading(value: 8, flag: isBad ? .fault : .normal),
            ])
        }
        let factor = outlet.closedHour().factor("a21026", of: outlet)
        #expect(factor.validity == .valid)
        #expect(try #require(factor.bound?.mean).isAbout(50, 1e-9))
        #expect(factor.bound?.minutes == 14)
    }
}
