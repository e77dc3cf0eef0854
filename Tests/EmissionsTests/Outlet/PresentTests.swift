import Emissions
import Telemetry
import Testing

@Suite struct PresentTests {
    @Test("a present value that stands alone is the one that the whole outlet would have")
    func alone() {
        let outlet = Outlet([
            .stack("a21026"), .stack("a21002") { $0.basis = GasBasis(moisture: .wet, state: .standard) },
            .stack("a34013") {
                $0.unitFactor = 0.5
                $0.range = 0...20
            }, .stack("a19001"), .stack("a01011"), .stack("a01014"), .stack("w01001"), .stack("w01018"),
            .stack("w00000"), .stack("w21003") { $0.cycle = 3_600 },
        ])
        let readings = outlet.chain.plan.channels.indices.map { Reading(value: 7.25 + 10 * Double($0)) }
        let whole = outlet.chain.present(readings, at: minuteStart + .seconds(17), mark: .running)
        var codes: [String] = []
        for (channel, reading) in readings.enumerated() {
            guard let value = outlet.chain.presentAlone(reading, channel: channel) else { continue }
            #expect(value == whole.factors[channel].measured.average)
            codes.append(outlet.chain.plan.channels[channel].code)
        }
        #expect(codes == ["a21026", "a34013", "a19001", "a01014", "w01001", "w00000"])
        #expect(outlet.chain.presentAlone(.failed(.timeout), channel: 0) == nil)
    }
}
