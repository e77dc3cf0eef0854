package import HostSystem
import Protocol
import Telemetry

extension Plant {
    /// A stack and a water outfall. Within `scriptSeconds` SO2 climbs over its limit and returns, and the dust monitor
    /// falls silent and comes back; then it begins again.
    package static func demo(scriptSeconds: Int, seed: UInt64) throws(SystemError) -> Plant {
        let model = PlantModel(scriptSeconds: Double(scriptSeconds), seed: seed)
        let start = SystemClock.uptime
        let terminal = try PseudoTerminal()
        let gas = try modbusLine("analyser", .listen(host: "127.0.0.1", port: 0), gasAnalyser(model), start: start)
        let water = try modbusLine("flowmeter", .listen(host: "127.0.0.1", port: 0), flowMeter(model), start: start)
        let gasPath = try modbusLine("fluegas", .pseudoTerminal(terminal), flueGas(model), start: start)
        // The gateway will listen at this port; the monitor knocks until it does.
        let dustPort = try freePort()
        let interval = Duration.milliseconds(max(500, min(5_000, scriptSeconds * 20)))
        let dust = try Line(
            .connect(host: "127.0.0.1", port: dustPort), name: "dust", tickInterval: .milliseconds(100),
            handler: SimulatedMonitor(dustMonitor(model, interval), start: start))
        let quality = try Line(
            .listen(host: "127.0.0.1", port: 0), name: "cod", tickInterval: .milliseconds(100),
            handler: SimulatedMonitor(waterMonitor(model, interval), start: start))
        let places = DemoConfiguration(
            analyserPort: gas.port, flueGasPath: terminal.path, dustPort: dustPort, flowMeterPort: water.port,
            waterMonitorPort: quality.port, scriptSeconds: scriptSeconds)
        return Plant(
            endpoints: [
                Endpoint(name: "gas analyser (SO2, NOx, O2), Modbus TCP", address: "127.0.0.1:\(gas.port), unit 1"),
                Endpoint(
                    name: "flow, temperature, pressure, humidity, Modbus RTU", address: "\(terminal.path), unit 3"),
                Endpoint(name: "dust monitor, HJ 212-2017, connects to", address: "127.0.0.1:\(dustPort)"),
                Endpoint(name: "water flow meter, Modbus TCP", address: "127.0.0.1:\(water.port), unit 1"),
                Endpoint(name: "COD and NH3-N monitor, HJ 212-2017, listens at", address: "127.0.0.1:\(quality.port)"),
            ],
            lines: [gas, water, gasPath, dust, quality], configuration: { places.text(dataDirectory: $0, broker: $1) })
    }

    static func modbusLine(
        _ name: String, _ endpoint: LineEndpoint, _ source: any RegisterSource, start: Uptime
    ) throws(SystemError) -> Line {
        var unit: UInt8 = 1
        var framing = ModbusServerMachine.Framing.tcp
        if case .pseudoTerminal = endpoint {
            unit = 3
            framing = .rtu
        }
        let handler = SimulatedDevice(start: start) { [unit, framing] in
            ModbusServerMachine(unit: unit, framing: framing, source: source)
        }
        return try Line(endpoint, name: name, handler: handler)
    }

    private static func freePort() throws(SystemError) -> UInt16 {
        TCP.localPort(of: try TCP.listen(host: "127.0.0.1", port: 0))
    }

    // MARK: Instruments

    private static func gasAnalyser(_ model: PlantModel) -> RegisterImage {
        RegisterImage(entries: [
            float(.input, 0) { model.value(.sulfurDioxide, at: $0) },
            float(.input, 2) { model.value(.nitrogenOxides, at: $0) },
            float(.input, 4) { model.value(.oxygen, at: $0) },
            .init(field: RegisterField(table: .holding, address: 40, type: .uint16), value: { _ in 0 }),
        ])
    }

    private static func flueGas(_ model: PlantModel) -> RegisterImage {
        func hundredths(_ address: UInt16, _ quantity: PlantModel.Quantity) -> RegisterImage.Entry {
            .init(field: RegisterField(table: .holding, address: address, type: .int16)) {
                (model.value(quantity, at: $0) * 100).rounded()
            }
        }
        return RegisterImage(entries: [
            hundredths(10, .velocity), hundredths(11, .temperature), hundredths(12, .pressure),
            hundredths(13, .humidity),
        ])
    }

    private static func flowMeter(_ model: PlantModel) -> RegisterImage {
        RegisterImage(entries: [
            float(.holding, 100) { model.value(.waterFlow, at: $0) },
            .init(field: RegisterField(table: .holding, address: 102, type: .uint32)) { model.waterTotal(at: $0) },
        ])
    }

    private static func float(
        _ table: RegisterTable, _ address: UInt16, _ value: @escaping @Sendable (Double) -> Double
    ) -> RegisterImage.Entry {
        .init(field: RegisterField(table: table, address: address, type: .float32), value: value)
    }

    private static func dustMonitor(_ model: PlantModel, _ interval: Duration) -> SimulatedMonitor.Settings {
        .init(
            mn: DemoConfiguration.dustMN, st: "31", interval: interval,
            factors: [.init(code: "a34013", decimals: 2) { model.value(.dust, at: $0) }],
            isSilent: { model.isDustSilent(at: $0) })
    }

    private static func waterMonitor(_ model: PlantModel, _ interval: Duration) -> SimulatedMonitor.Settings {
        .init(
            mn: DemoConfiguration.waterMN, st: "32", interval: interval,
            factors: [
                .init(code: "w01018", decimals: 1) { model.value(.chemicalOxygenDemand, at: $0) },
                .init(code: "w21003", decimals: 2) { model.value(.ammoniaNitrogen, at: $0) },
            ],
            isSilent: { _ in false })
    }
}
