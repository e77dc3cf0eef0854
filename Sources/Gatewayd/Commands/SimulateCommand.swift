import HostSystem
import PlantSimulator
import Telemetry

extension Command {
    static let simulate = Command(
        "simulate",
        "--plant demo|fleet [--seconds N] [--seed N] [--devices N --registers N] "
            + "[--write-config FILE --data DIR --broker URL]",
        summary: "Play instruments on loopback until Ctrl-C.",
        details: """
            demo   a stack (Modbus TCP, Modbus RTU on a pseudo-terminal, HJ 212) and a water outfall. Within --seconds
                   (default 60, at least 30; 0 repeats a minute) SO2 exceeds its limit and the dust monitor falls silent.
            fleet  --devices Modbus TCP devices (default 50) with --registers float32 each (default 50).

            --write-config writes the configuration of a gateway that reads the plant, keeps its data in --data
            (default /tmp/gatewayd-simulated) and publishes to --broker (default mqtt://127.0.0.1:1883).
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["plant", "seconds", "seed", "devices", "registers", "write-config", "data", "broker"])
        do {
            var configuration = PlantConfigurationOptions(
                dataDirectory: arguments.value("data") ?? "/tmp/gatewayd-simulated",
                brokerURL: arguments.value("broker") ?? "mqtt://127.0.0.1:1883")
            configuration.language = "en"
            var options = SimulateOptions(try description(arguments), configuration: configuration)
            options.configurationPath = arguments.value("write-config")
            let stop = WakeDescriptor()
            let signals = try SignalListener { signal in if signal != .hangUp { stop.wake() } }
            defer { signals.stop() }
            try Simulation(options) { Console.print($0 + "\n") }.run(until: stop)
            return .good
        } catch let error as UsageError {
            throw error
        } catch {
            Console.error("gatewayd simulate: \(error)\n")
            return .failed
        }
    }

    private static func description(_ arguments: Arguments) throws -> PlantDescription {
        let name = try arguments.required("plant")
        let seconds = try arguments.number("seconds", in: 0...86_400) ?? 60
        let seed = try arguments.number("seed", in: 0...Int.max) ?? 1
        let devices = try arguments.number("devices", in: 1...500) ?? 50
        let registers = try arguments.number("registers", in: 1...10_000) ?? 50
        switch name {
        case "demo": return .demo(seconds: seconds, seed: UInt64(seed))
        case "fleet": return .fleet(devices: devices, registers: registers)
        default: throw UsageError("unknown plant '\(name)'; there are demo and fleet")
        }
    }
}
