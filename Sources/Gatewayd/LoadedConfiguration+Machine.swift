import GatewayCore
import HostSystem
import Telemetry

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
                fault.file.setting, fault.sentence,
                hint: fault.isObstacle ? .init("the rest runs; no restart is needed then", zh: "其余部分照常运行；补上后无需重启") : nil
            )
        }
    }

    private func folderProblems(_ configuration: GatewayConfiguration) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        let data = configuration.gateway.dataDirectory
        if let obstacle = Files.obstacle(toWritingIn: data) {
            problems.append(
                warning(
                    "gateway.data_directory",
                    .init("`data_directory`: ", zh: "`data_directory`：") + obstacle.text,
                    hint: .init(
                        "the user that the gateway runs as must be able to, or it does not start",
                        zh: "运行网关的用户须有此权限，否则网关不能启动")))
        }
        if let socket = configuration.gateway.controlSocket,
            let obstacle = Files.obstacle(toUsing: Files.parent(of: socket))
        {
            problems.append(
                warning(
                    "gateway.control_socket",
                    .init("`control_socket`: ", zh: "`control_socket`：") + obstacle.text,
                    hint: .init("its folder is not made", zh: "其目录不会自动创建")))
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
                    "instruments[\(instrument.id)].listen",
                    .init("instrument '\(instrument.id)' hears nothing: ", zh: "仪表“\(instrument.id)”收不到数据：")
                        + error.text,
                    hint: .init("the gateway tries it again and again", zh: "网关会反复重试"))
            }
        }
    }

    private func warning(_ setting: String, _ message: BilingualText, hint: BilingualText?) -> ConfigurationProblem {
        ConfigurationProblem(of: setting, in: source, .warning, message, hint: hint)
    }
}
