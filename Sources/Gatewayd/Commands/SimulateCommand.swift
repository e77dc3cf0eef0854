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
                   (default 60, at least 30; it repeats) SO2 exceeds its limit and the dust monitor falls silent.
            fleet  --devices Modbus TCP devices (default 50) with --registers float32 each (default 50).

            --write-config writes the configuration of a gateway that reads the plant, keeps its data in --data
            (default /tmp/gatewayd-simulated) and publishes to --broker (default mqtt://127.0.0.1:1883).
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["plant", "seconds", "seed", "devices", "registers", "write-config", "data", "broker"])
        let signals = [Signals.terminate, Signals.interrupt]
        Signals.block(signals)
        do {
            let plant = try plant(arguments)
            if let file = arguments.value("write-config") {
                let text = plant.configuration(
                    dataDirectory: arguments.value("data") ?? "/tmp/gatewayd-simulated",
                    broker: arguments.value("broker") ?? "mqtt://127.0.0.1:1883")
                try Files.writeSafely(Array(text.utf8), to: file)
            }
            plant.start()
            for endpoint in plant.endpoints { Console.print("\(endpoint.name): \(endpoint.address)\n") }
            while Signals.wait(for: signals, milliseconds: 60_000) == nil {}
            plant.stop()
            return .good
        } catch let error as UsageError {
            throw error
        } catch {
            Console.error("gatewayd simulate: \(error)\n")
            return .failed
        }
    }

    private static func plant(_ arguments: Arguments) throws -> Plant {
        let name = try arguments.required("plant")
        let seconds = try arguments.number("seconds", in: 30...86_400) ?? 60
        let seed = try arguments.number("seed", in: 0...Int.max) ?? 1
        let devices = try arguments.number("devices", in: 1...500) ?? 50
        let registers = try arguments.number("registers", in: 1...10_000) ?? 50
        switch name {
        case "demo": return try Plant.demo(scriptSeconds: seconds, seed: UInt64(seed))
        case "fleet": return try Plant.fleet(devices: devices, registers: registers)
        default: throw UsageError("unknown plant '\(name)'; there are demo and fleet")
        }
    }
}
