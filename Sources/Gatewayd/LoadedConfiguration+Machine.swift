import GatewayCore
import HostSystem

/// What the machine on which a configuration is checked lacks for it. Perhaps it is not the gateway, so nothing of this is an error.
extension LoadedConfiguration {
    var problemsHere: [ConfigurationProblem] {
        guard let configuration = result.configuration else { return [] }
        return problems(of: NamedFileDigests(of: configuration)) + folderProblems(configuration)
            + portProblems(configuration)
    }

    /// What is wrong with the files that the configuration names.
    func problems(of files: NamedFileDigests) -> [ConfigurationProblem] {
        files.faults.map { fault in
            warning(
                fault.file.setting, fault.sentence.en,
                hint: fault.isObstacle ? "the rest runs; no restart is needed then" : nil)
        }
    }

    private func folderProblems(_ configuration: GatewayConfiguration) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        let data = configuration.gateway.dataDirectory
        if let obstacle = Files.obstacle(toWritingIn: data) {
            problems.append(
                warning(
                    "gateway.data_directory", "`data_directory`: \(obstacle)",
                    hint: "the user that the gateway runs as must be able to, or it does not start"))
        }
        if let socket = configuration.gateway.controlSocket,
            let obstacle = Files.obstacle(toUsing: Files.parent(of: socket))
        {
            problems.append(
                warning("gateway.control_socket", "`control_socket`: \(obstacle)", hint: "its folder is not made"))
        }
        return problems
    }

    /// Addresses that cannot be listened on. Where the gateway runs it has its ports itself.
    private func portProblems(_ configuration: GatewayConfiguration) -> [ConfigurationProblem] {
        let isRunning = (try? ControlClient.request("json", path: configuration.gateway.controlSocketPath)) != nil
        return configuration.instrumentLines.compactMap { members in
            let instrument = configuration.instruments[members[0]]
            guard case .listen(let host, let port) = instrument.transport else { return nil }
            do throws(SystemError) {
                try Sockets.tryListening(host: host, port: port)
                return nil
            } catch {
                if isRunning, error.isAddressInUse { return nil }
                return warning(
                    "instruments[\(instrument.id)].listen", "instrument '\(instrument.id)' hears nothing: \(error)",
                    hint: "the gateway tries it again and again")
            }
        }
    }

    private func warning(_ setting: String, _ message: String, hint: String?) -> ConfigurationProblem {
        ConfigurationProblem(of: setting, in: source, .warning, message, hint: hint)
    }
}
