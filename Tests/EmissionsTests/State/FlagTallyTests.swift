import Emissions
import Telemetry
import TestSupport
import Testing

/// The flag of a period from the flags of its parts.
@Suite struct FlagTallyTests {
    private static func tally(_ flags: String) -> FlagTally {
        var tally = FlagTally()
        for letter in flags { if let flag = DataFlag(String(letter)) { tally.add(flag) } }
        return tally
    }

    @Test(
        "of the minutes that are not N the letter with the most leads; equals in the order D, M, C, then by letter",
        arguments: [
            ("", "N"), ("NNN", "N"), ("NNNB", "B"), ("CCM", "C"), ("MCD", "D"), ("CM", "M"), ("CMDB", "D"),
            ("BC", "C"), ("BTBT", "B"), ("TBTB", "B"), ("TCBC", "C"), ("BBDDMM", "D"), ("BBMMCC", "M"), ("BBCC", "C"),
            ("BBBDDMM", "B"), ("FS", "F"), ("SF", "F"), ("FSD", "D"), ("NNNNNNNNNNNM", "M"),
        ])
    func leading(parts: String, expected: String) {
        #expect(Self.tally(parts).leadingFlag.text == expected)
    }

    @Test("the order in which minutes come matters only among letters that have no rank")
    func order() {
        var random = SeededGenerator()
        let flags: [DataFlag] = [.normal, .fault, .maintenance, .calibration]
        for _ in 0..<randomCases(500) {
            let parts = (0..<60).map { _ in flags.randomElement(using: &random) ?? .normal }
            var (one, other) = (FlagTally(), FlagTally())
            for flag in parts { one.add(flag) }
            for flag in parts.shuffled(using: &random) { other.add(flag) }
            #expect(one.leadingFlag == other.leadingFlag, "\(random)")
            #expect(one.total == 60)
        }
    }

    @Test("many at once count like one after the other")
    func times() {
        var tally = Self.tally("MM")
        tally.add(.calibration, times: 3)
        #expect(tally == Self.tally("MMCCC"))
        #expect(tally.leadingFlag == .calibration)
    }

    @Test("a part that is delivered later takes the place of a missing one")
    func replaced() {
        var tally = Self.tally("NBBM")
        tally.replace(.noCommunication, with: .maintenance)
        #expect(tally.leadingFlag == .maintenance)
        #expect(tally.total == 4)
        tally.replace(.noCommunication, with: .normal)
        tally.replace(.noCommunication, with: .normal)
        #expect(tally.good == 3 && tally.total == 5, "where none is missing it is one more")
    }
}
