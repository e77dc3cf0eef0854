import Telemetry
import Testing

@Suite struct NearestNameTests {
    @Test(
        "a slip of the fingers finds its name",
        arguments: [("pol", "poll"), ("Timeout", "timeout"), ("regsiters", "registers"), ("hodling", "holding")])
    func near(text: String, expected: String) {
        #expect(nearestName(to: text, among: ["poll", "timeout", "registers", "holding", "unit"]) == expected)
    }

    @Test("a word that is like none has no nearest name")
    func far() {
        #expect(nearestName(to: "xyzzy", among: ["poll", "timeout", "registers"]) == nil)
        #expect(nearestName(to: "poll", among: []) == nil)
    }
}
