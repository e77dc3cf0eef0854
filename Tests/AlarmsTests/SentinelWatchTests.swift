import Alarms
import Testing

@Suite struct SentinelWatchTests {
    /// The numbers that are told of, in order.
    private func told(_ readings: [Double], _ watch: SentinelWatch = SentinelWatch()) -> [Double] {
        var watch = watch
        return readings.compactMap { watch.take($0) }
    }

    private let calm = [12.1, 12.4, 11.9, 12.2, 12.3]

    @Test("a known number among others that move is told once", arguments: SentinelWatch.numbers)
    func known(number: Double) {
        #expect(told(calm + [number] + calm) == [number])
        #expect(told(calm + [number, number, number] + calm + [number] + calm) == [number])
    }

    @Test("each number is told for itself")
    func several() {
        #expect(told(calm + [65_535] + calm + [-9_999] + calm + [65_535] + calm) == [65_535, -9_999])
    }

    @Test(
        "other numbers, and these with a fraction, are none", arguments: [998, 1_000, -998.9, 9_998.5, 65_534, 500_000])
    func others(number: Double) { #expect(told(calm + [number] + calm) == []) }

    @Test("before a reading is known to move nothing is said")
    func start() {
        #expect(told([9_999, 9_999, 12, 12, 9_999, 12]) == [])
        #expect(told([65_535] + Array(repeating: 65_535, count: 100)) == [])
    }

    @Test(
        "a number that comes before any value, or among the first, hides none that come later", arguments: [1, 3, 30])
    func first(times: Int) {
        let beginning = Array(repeating: 65_535.0, count: times)
        #expect(told(beginning + calm + [65_535] + calm) == [65_535])
        #expect(told([12.1] + beginning + calm + [65_535] + calm + [-9_999] + calm) == [65_535, -9_999])
        #expect(told(beginning + calm + [9_999] + calm) == [9_999])
    }

    @Test("a single great reading does not hide such numbers for ever")
    func greatReading() {
        let moving = (0..<600).map { 50 + Double($0 % 5) }
        #expect(told([12_000] + moving + [9_999] + calm) == [9_999])
        #expect(told(moving + [12_000] + calm + [9_999] + calm) == [])
    }

    @Test("a counter or a temperature that passes the number is none")
    func passing() {
        #expect(told(stride(from: 990.0, to: 1_010, by: 1).map { $0 }) == [])
        #expect(told(stride(from: 65_000.0, to: 66_000, by: 5).map { $0 }) == [])
        #expect(told([850, 851, 850, 852, 999, 1_000, 1_001, 1_002]) == [])
        #expect(told([0, 600, 300, 900, 100, 999, 500]) == [])
    }

    @Test("a number that stays is told of after a dozen readings")
    func staying() {
        #expect(told(calm + Array(repeating: -999, count: 11)) == [])
        #expect(told(calm + Array(repeating: -999, count: 40)) == [-999])
    }

    @Test("a register is compared before its scale; what is declared is known")
    func scaled() {
        let scaled = SentinelWatch(scale: 0.1, offset: -50)
        #expect(told(calm + [65_535 * 0.1 - 50] + calm, scaled) == [65_535])
        #expect(told(calm + [65_535] + calm, scaled) == [])
        #expect(told(calm + [65_535] + calm + [999] + calm, SentinelWatch(declared: [65_535])) == [999])
    }
}
