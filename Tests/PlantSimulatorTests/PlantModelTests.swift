import PlantSimulator
import TestSupport
import Testing

@Suite struct PlantModelTests {
    @Test(
        "SO2 climbs over 35 and returns, and dust falls silent, at the same shares of any script",
        arguments: [30.0, 60, 600])
    func script(seconds: Double) {
        let model = PlantModel(scriptSeconds: seconds, seed: 1)
        for (share, isOver) in [(0.1, false), (0.3, true), (0.35, true), (0.5, false), (0.9, false)] {
            #expect((model.value(.sulfurDioxide, at: share * seconds) > 35) == isOver, "share \(share)")
        }
        for (share, isSilent) in [(0.5, false), (0.6, true), (0.74, true), (0.8, false)] {
            #expect(model.isDustSilent(at: share * seconds) == isSilent, "share \(share)")
        }
    }

    @Test("values are plausible, and the same for the same seed")
    func plausible() {
        let model = PlantModel(scriptSeconds: 1e9, seed: 7)
        let again = PlantModel(scriptSeconds: 1e9, seed: 7)
        let other = PlantModel(scriptSeconds: 1e9, seed: 8)
        let ranges: [(PlantModel.Quantity, ClosedRange<Double>)] = [
            (.sulfurDioxide, 15...30), (.oxygen, 5...8), (.humidity, 7...10), (.pressure, -1...0), (.dust, 3...6),
            (.waterFlow, 35...50),
        ]
        var differs = false
        for (quantity, range) in ranges {
            for second in stride(from: 0.0, to: 600, by: 1.3) {
                let value = model.value(quantity, at: second)
                #expect(range.contains(value), "\(quantity) at \(second)")
                #expect(value == again.value(quantity, at: second))
                differs = differs || value != other.value(quantity, at: second)
            }
        }
        #expect(differs)
    }
}
