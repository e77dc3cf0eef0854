import HostSystem
import PlantSimulator

extension Command {
    static func simulatePlant(_ words: [String]) throws {
        let arguments = try Arguments(
            words, options: ["plant", "seconds", "seed", "devices", "registers", "write-config", "data", "broker"])
        var configuration = PlantConfigurationOptions(
            dataDirectory: arguments.value("data") ?? "/tmp/gatewayd-simulated",
            brokerURL: arguments.value("broker") ?? "mqtt://127.0.0.1:1883")
        configuration.language = "en"
        var options = SimulateOptions(try plant(arguments), configuration: configuration)
        options.configurationPath = arguments.value("write-config")
        try untilInterrupted { stop in try Simulation(options) { Console.print($0 + "\n") }.run(until: stop) }
    }

    private static func plant(_ arguments: Arguments) throws(UsageError) -> PlantDescription {
        let name = try arguments.required("plant")
        let seconds = try arguments.number("seconds", in: 0...86_400) ?? 60
        let seed = try arguments.number("seed", in: 0...Int.max) ?? 1
        let devices = try arguments.number("devices", in: 1...500) ?? 50
        let registers = try arguments.number("registers", in: 1...10_000) ?? 50
        switch name {
        case "demo": return .demo(seconds: seconds, seed: UInt64(seed))
        case "fleet": return .fleet(devices: devices, registers: registers)
        default:
            throw UsageError("unknown plant '\(name)'; there are demo and fleet", zh: "没有工厂“\(name)”；可用的有 demo 和 fleet")
        }
    }
}
