import Protocol

extension PlantDescription {
    /// A boiler's stack and a water outfall with five instruments of four kinds.
    ///
    /// SO2 climbs over its limit of 35 mg/m³ and returns; later the dust monitor falls silent for a while. The means are
    /// those of a coal boiler with ultra-low emission behind a wet desulphurisation, and of a municipal works.
    package static func demo(seconds: Int = 60, seed: UInt64 = 1) -> PlantDescription {
        let script = PlantScript(seconds: seconds)
        var plant = PlantDescription(
            name: "demo", script: script,
            devices: [gasAnalyser(seed), stackProbe(seed), flowMeter(seed)],
            monitors: [dustMonitor(seed), waterMonitor(seed)])
        // Three samples fit into the time after which an instrument counts as missing.
        let pace = min(max(plant.instrumentGap / 3, .milliseconds(500)), .seconds(5))
        plant.poll = pace
        for index in plant.monitors.indices { plant.monitors[index].interval = pace }
        plant.outlets = demoOutlets
        plant.events = [
            Event(phase: PlantScript.overLimit.lowerBound, text: "SO2 rises above its limit of 35 mg/m3"),
            Event(phase: PlantScript.overLimit.upperBound, text: "SO2 is below its limit again"),
            Event(phase: PlantScript.silence.lowerBound, text: "the dust monitor falls silent"),
            Event(phase: PlantScript.silence.upperBound, text: "the dust monitor sends again"),
            Event(
                phase: 1, text: script.repeats ? "the script starts again" : "the script is over, values stay normal"),
        ]
        return plant
    }

    private static func gasAnalyser(_ seed: UInt64) -> SimulatedDevice {
        let so2 = Signal(
            "so2", seed: seed, mean: 22, swing: 3, excursion: .init(window: PlantScript.overLimit, height: 24))
        var device = SimulatedDevice(
            id: "cems-1", unit: 1, transport: .tcp,
            registers: [
                SimulatedRegister("so2", input(0, .float32), .signal(so2)),
                SimulatedRegister("nox", input(2, .float32), .signal(Signal("nox", seed: seed, mean: 38, swing: 5))),
                SimulatedRegister("o2", input(4, .float32), .signal(Signal("o2", seed: seed, mean: 6.2, swing: 0.4))),
                SimulatedRegister("state", holding(40, .uint16), .constant(0)),
                SimulatedRegister("boiler", holding(41, .uint16), .constant(1)),
            ])
        device.flags = [1: "M", 2: "D", 4: "C"]
        device.isRaw = true
        return device
    }

    private static func stackProbe(_ seed: UInt64) -> SimulatedDevice {
        func signal(_ name: String, _ mean: Double, _ swing: Double) -> Quantity {
            .signal(Signal(name, seed: seed, mean: mean, swing: swing))
        }
        return SimulatedDevice(
            id: "stack-probe", unit: 3, transport: .terminal,
            registers: [
                SimulatedRegister("velocity", holding(0, .uint16), scale: 0.01, signal("velocity", 11.8, 0.7)),
                SimulatedRegister("temperature", holding(1, .int16), scale: 0.1, signal("temperature", 52, 2)),
                SimulatedRegister("pressure", holding(2, .int16), scale: 0.001, signal("pressure", -0.12, 0.03)),
                SimulatedRegister("humidity", holding(3, .uint16), scale: 0.1, signal("humidity", 11.5, 0.8)),
            ])
    }

    private static func flowMeter(_ seed: UInt64) -> SimulatedDevice {
        // Litres per second; the counter has cubic metres.
        let flow = Signal("flow", seed: seed, mean: 42, swing: 6)
        return SimulatedDevice(
            id: "flow-meter", unit: 1, transport: .tcp,
            registers: [
                SimulatedRegister("flow", holding(0, .float32, .cdab), .signal(flow)),
                SimulatedRegister("total", holding(2, .uint32), .total(of: flow, factor: 0.001, start: 184_302)),
            ])
    }

    private static func dustMonitor(_ seed: UInt64) -> SimulatedMonitor {
        var monitor = SimulatedMonitor(
            id: "dust-meter", mn: "88888880000011", st: "31", role: .connects,
            factors: [SimulatedFactor("a34013", .signal(Signal("dust", seed: seed, mean: 4.2, swing: 0.8)))])
        monitor.silence = PlantScript.silence
        return monitor
    }

    private static func waterMonitor(_ seed: UInt64) -> SimulatedMonitor {
        SimulatedMonitor(
            id: "cod-meter", mn: "88888880000012", st: "32", role: .listens,
            factors: [
                SimulatedFactor("w01018", decimals: 1, .signal(Signal("cod", seed: seed, mean: 31, swing: 4))),
                SimulatedFactor("w21003", .signal(Signal("ammonia", seed: seed, mean: 1.8, swing: 0.4))),
                SimulatedFactor("w01001", .signal(Signal("ph", seed: seed, mean: 7.3, swing: 0.15))),
            ])
    }

    private static func input(_ address: UInt16, _ type: RegisterType) -> RegisterField {
        RegisterField(table: .input, address: address, type: type)
    }

    private static func holding(_ address: UInt16, _ type: RegisterType, _ order: WordOrder = .abcd) -> RegisterField {
        RegisterField(table: .holding, address: address, type: type, order: order)
    }

    private static let demoOutlets = """
        outlets:
          - id: stack-1
            name: 1号烟囱
            mn: "88888880000001"
            st: "31"
            stack: { area: 12.566, velocity_coefficient: 1.02, reference_oxygen: 6, atmospheric_pressure: 101325 }
            plant_mark: { from: cems-1.boiler, marks: { 0: F, 2: St, 3: Sd } }
            factors:
              - { code: a21026, from: cems-1.so2, converted: true, range: [0, 100],
                  limits: [ { average: realtime, max: 35 } ] }
              - { code: a21002, from: cems-1.nox, converted: true, range: [0, 150],
                  limits: [ { average: hour, of: converted, max: 50 } ] }
              - { code: a19001, from: cems-1.o2, range: [0, 25] }
              - { code: a34013, from: dust-meter.a34013, converted: true,
                  limits: [ { average: hour, of: converted, max: 10 } ] }
              - { code: a01011, from: stack-probe.velocity }
              - { code: a01012, from: stack-probe.temperature }
              - { code: a01013, from: stack-probe.pressure }
              - { code: a01014, from: stack-probe.humidity }
          - id: water-1
            name: 总排口
            mn: "88888880000002"
            st: "32"
            factors:
              - { code: w00000, from: flow-meter.flow }
              - { code: w01018, from: cod-meter.w01018, limits: [ { average: hour, max: 50 } ] }
              - { code: w21003, from: cod-meter.w21003, limits: [ { average: hour, max: 5 } ] }
              - { code: w01001, from: cod-meter.w01001, limits: [ { average: hour, min: 6, max: 9 } ] }

        """
}
