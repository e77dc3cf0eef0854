import Telemetry
import Testing

/// What a code that is in no table may have been meant as.
@Suite struct FactorSuggestionTests {
    @Test(
        "A name, a letter in place of a digit and a slip lead to the code",
        arguments: [
            ("SO2", "a21026"), ("so2", "a21026"), ("NOx", "a21002"), ("O2", "a19001"), ("dust", "a34013"),
            ("CO", "a21005"),
            ("二氧化硫", "a21026"), ("velocity", "a01011"), ("NH3", "a21001"), ("a21O26", "a21026"), ("a2lO26", "a21026"),
            ("21026", "a21026"), ("a210266", "a21026"), ("aa34013", "a34013"),
        ])
    func air(text: String, code: String) {
        #expect(FactorTable.suggestions(for: text, among: [.air]).first?.code == code)
    }

    @Test(
        "Under water the same words mean water",
        arguments: [
            ("COD", "w01018"), ("pH", "w01001"), ("TP", "w21011"), ("TN", "w21001"), ("NH3N", "w21003"),
            ("NH3", "w21003"),
            ("w0l0l8", "w01018"), ("01018", "w01018"), ("flow", "w00000"),
        ])
    func water(text: String, code: String) {
        #expect(FactorTable.suggestions(for: text, among: [.water]).first?.code == code)
    }

    @Test("All nearest codes are proposed, those of usual analysers first")
    func nearest() {
        let codes = FactorTable.suggestions(for: "a2102", among: [.air]).compactMap(\.code)
        #expect(Set(codes).isSuperset(of: ["a21002", "a21022", "a21024", "a21026", "a21028"]))
        #expect(codes.firstIndex(of: "a21026").map { $0 < 2 } == true)
    }

    @Test("What is like nothing has no proposal", arguments: ["x9", "a99901x9", "", "zzzzzz", "q1", "SO3"])
    func none(text: String) {
        #expect(FactorTable.suggestions(for: text, among: [.air, .water]).isEmpty)
    }

    @Test("Capitals of a known code are told, the digits of a device are its own")
    func spelling() {
        let usual: [(String, String?)] = [
            ("A21026", "a21026"), ("a21026", nil), ("leq", "Leq"), ("b01", "B01"), ("E10102", "e10102"),
            ("e10102", nil),
            ("x9", nil),
        ]
        for (code, expected) in usual { #expect(FactorTable.usualSpelling(of: code) == expected, "\(code)") }
    }

    @Test("A code belongs to air or water in either edition, or to neither")
    func matter() {
        let known: [(String, SystemCode.Matter?)] = [
            ("a21026", .air), ("02", .air), ("S01", .air), ("w01018", .water), ("011", .water), ("e10101", .water),
            ("g12701", .air), ("a01001", nil), ("a01007", nil), ("a01012", .air), ("LA", nil), ("i33101", nil),
            ("x9", nil),
        ]
        for (code, expected) in known { #expect(SystemCode.matter(ofFactor: code) == expected, "\(code)") }
        #expect(SystemCode.matter(of: "31") == .air && SystemCode.matter(of: "32") == .water)
        #expect(SystemCode.matter(of: "36") == nil && SystemCode.matter(of: "A1") == nil)
        #expect(SystemCode.hasStandardCodes("31") && !SystemCode.hasStandardCodes("80"))
        #expect(!SystemCode.hasStandardCodes("44") && !SystemCode.hasStandardCodes("3A"))
    }
}
