import GatewayCore
import HostSystem

extension Command {
    static let check = Command(
        "check", "--config FILE [--json]",
        summary: "Read a configuration and report every problem in it.",
        details: """
            Each problem is one line, FILE:LINE:COL: error|warning: message (hint); with --json one object a line.
            What this machine lacks for it (files with passwords, keys and certificates, folders, addresses) is a warning.
            Exit code 0: valid (there may be warnings). 1: invalid.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config"], flags: ["json"])
        let file = try arguments.required("config")
        let loaded: LoadedConfiguration
        do throws(SystemError) {
            loaded = try ConfigurationFile.read(file)
        } catch {
            Console.error("gatewayd check: \(error.explained)\n")
            return .failed
        }
        let result = loaded.result
        for problem in result.problems + loaded.problemsHere {
            Console.print((arguments.has("json") ? problem.json : problem.description) + "\n")
        }
        let errors = result.problems.filter { $0.severity == .error }.count
        if !arguments.has("json") { Console.print(summary(of: result, file: file, errors: errors)) }
        return errors == 0 ? .good : .failed
    }

    private static func summary(of result: ConfigurationResult, file: String, errors: Int) -> String {
        guard errors == 0, let configuration = result.configuration else {
            return "\(file): \(errors) error\(errors == 1 ? "" : "s")\n"
        }
        let devices = configuration.buses.reduce(0) { $0 + $1.devices.count }
        let factors = configuration.outlets.reduce(0) { $0 + $1.factors.count }
        return "\(file): valid; \(configuration.uplinks.count) uplinks, \(configuration.buses.count) buses, "
            + "\(devices) devices, \(configuration.instruments.count) instruments, "
            + "\(configuration.outlets.count) outlets, \(factors) factors\n"
    }
}
