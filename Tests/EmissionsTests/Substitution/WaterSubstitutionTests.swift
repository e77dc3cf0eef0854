import Emissions
import TestSupport
import Testing

@Suite struct WaterSubstitutionTests {
    private static func hours(_ values: [Double?]) -> [SeriesHour] { values.map { $0.map { .valid($0) } ?? .invalid } }

    private static func values(_ values: [Double?], _ method: WaterSubstitution.Method = .mean) -> [Double?] {
        WaterSubstitution.substitutes(for: hours(values), method: method).map { $0?.value }
    }

    @Test("a gap takes the mean of as many hours before it")
    func mean() {
        #expect(Self.values([100, 40, 50, nil, nil, 7]) == [nil, nil, nil, 45, 45, nil])
        #expect(Self.values([100, 40, nil, 7]) == [nil, nil, 40, nil])
        #expect(Self.values([30, 60, 90, nil, nil, nil]) == [nil, nil, nil, 60, 60, 60])
    }

    @Test("pH takes the median, of two the middle between them")
    func median() {
        #expect(Self.values([6, 7.1, 9, nil, nil, nil], .median) == [nil, nil, nil, 7.1, 7.1, 7.1])
        #expect(Self.values([6, 7, 9, nil, nil], .median) == [nil, nil, nil, 8, 8])
        #expect(Self.values([9, 6, 8, 7, nil, nil, nil, nil], .median).last == 7.5)
        #expect(WaterSubstitution.Method(code: "w01001") == .median)
        #expect(WaterSubstitution.Method(code: "w01018") == .mean)
    }

    @Test("only what was measured in the window counts; the beginning of the series cuts it")
    func window() {
        #expect(Self.values([10, nil, 30, nil, nil, nil])[3...] == [20, 20, 20])
        #expect(Self.values([10, nil, nil, nil]) == [nil, 10, 10, 10])
        #expect(Self.values([nil, nil, 5]) == [nil, nil, nil])
        let substitutes = WaterSubstitution.substitutes(for: Self.hours([1, 2, 3, nil, nil, 4, nil]), method: .mean)
        #expect(substitutes.map { $0?.window } == [nil, nil, nil, 1...2, 1...2, nil, 5...5])
        #expect(WaterSubstitution.substitutes(for: [], method: .mean).isEmpty)
        let first = WaterSubstitution.substitutes(for: [.invalid], method: .mean)
        #expect(first[0]?.window == nil && first[0]?.value == nil)
    }

    @Test("hours without discharge have no substitute, end a gap and lend no value")
    func standing() {
        let hours: [SeriesHour] = [.valid(10), .valid(20), .invalid, .stopped, .invalid, .invalid, .valid(1)]
        let substitutes = WaterSubstitution.substitutes(for: hours, method: .mean)
        #expect(substitutes.map { $0?.value } == [nil, nil, 20, nil, nil, nil, nil])
        #expect(substitutes[4]?.window == 2...3, "nothing was measured there")
        #expect(substitutes[3] == nil)
    }

    @Test("a substitute lies between the extremes of its window")
    func bounds() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(200) {
            let values = (0..<200).map { _ in
                Int.random(in: 0..<4, using: &random) == 0 ? nil : Double.random(in: 0...100, using: &random)
            }
            for method in WaterSubstitution.Method.allCases {
                let substitutes = WaterSubstitution.substitutes(for: Self.hours(values), method: method)
                for (index, substitute) in substitutes.enumerated() {
                    #expect((substitute == nil) == (values[index] != nil), "\(random)")
                    guard let value = substitute?.value, let window = substitute?.window else { continue }
                    let measured = values[window].compactMap { $0 }
                    #expect(value >= (measured.min() ?? 0) - 1e-9, "\(random)")
                    #expect(value <= (measured.max() ?? 0) + 1e-9, "\(random)")
                }
            }
        }
    }
}
