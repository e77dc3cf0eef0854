import GatewayCore
import HostSystem

extension Command {
    static let check = Command(
        "check", "--config FILE [--json]",
        summary: "Read a configuration and report every problem in it.",
        details: """
            Each problem is one line, FILE:LINE:COL: error|warning: message (hint); with --json one object a line.
            Files that it names (passwords, keys, certificates) and that cannot be read here are warnings at 1:1.
            Exit code 0: valid (there may be warnings). 1: invalid.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config"], flags: ["json"])
        let file = try arguments.required("config")
        switch ConfigurationFile.load(file) {
        case .failure(let error):
            Console.error("gatewayd check: \(error.explained)\n")
            return .failed
        case .success(let result):
            for problem in result.problems + unreadableFiles(result, file) {
                Console.print((arguments.has("json") ? problem.json : problem.description) + "\n")
            }
            let errors = result.problems.filter { $0.severity == .error }.count
            if !arguments.has("json") { Console.print(summary(of: result, file: file, errors: errors)) }
            return errors == 0 ? .good : .failed
        }
    }

    /// The files that the configuration names and that cannot be read here: perhaps this is not the gateway.
    private static func unreadableFiles(_ result: ConfigurationResult, _ file: String) -> [ConfigurationProblem] {
        guard let configuration = result.configuration else { return [] }
        return NamedFileDigests(of: configuration).failures.map {
            ConfigurationProblem(wholeFile: file, warning: $0, hint: "the gateway will need it")
        }
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
