import GatewayCore
import HostSystem
import JSON
import Telemetry
import TelemetryStore

/// What the machine on which a configuration is checked lacks for it. Perhaps it is not the gateway, so nothing of this is an error.
extension LoadedConfiguration {
    var problemsHere: [ConfigurationProblem] {
        guard let configuration = result.draft else { return [] }
        return problems(of: NamedFileDigests(of: configuration)) + folderProblems(configuration)
            + portProblems(configuration) + serialProblems(configuration) + alarmProblems(configuration.alarms)
    }

    /// What is wrong with the files that the configuration names.
    func problems(of files: NamedFileDigests) -> [ConfigurationProblem] {
        // What has no id, by mistake, has its own problem.
        files.faults.filter { !$0.file.owner.id.isEmpty }.map { fault in
            warning(
                fault.file.setting, fault.sentence,
                hint: fault.isObstacle ? .init("the rest runs; no restart is needed then", zh: "其余部分照常运行；补上后无需重启") : nil
            )
        }
    }

    /// What keeps the gateway from starting: it takes its folder and its control socket before anything else.
    private func folderProblems(_ configuration: GatewayConfiguration) -> [ConfigurationProblem] {
        let gateway = configuration.gateway
        let data = Files.obstacle(toMaking: gateway.dataDirectory).map { obstacle in
            warning(
                "gateway.data_directory", named("data_directory", obstacle.text),
                hint: !Files.exists(obstacle.subject)
                    ? .init(
                        "only the last folder is made: the gateway does not start until the others exist",
                        zh: "只自动创建最后一级目录：上级目录建好之前网关不能启动")
                    : .init(
                        "the user that the gateway runs as must be able to, or it does not start",
                        zh: "运行网关的用户须有此权限，否则网关不能启动"))
        }
        return [data ?? ownerProblem(gateway), socketProblem(gateway)].compactMap(\.self)
    }

    private func ownerProblem(_ gateway: GatewaySettings) -> ConfigurationProblem? {
        guard let owner = DirectoryLock.owner(of: gateway.dataDirectory), !isRunning(gateway) else { return nil }
        let process = owner.isEmpty ? "" : " (pid \(owner))"
        return warning(
            "gateway.data_directory",
            .init(
                "`data_directory`: another process\(process) uses \(gateway.dataDirectory)",
                zh: "`data_directory`：另一进程\(process)正在使用 \(gateway.dataDirectory)"),
            hint: .init(
                "the gateway does not start until that has ended or another folder is named",
                zh: "该进程退出或改用其他目录之前网关不能启动"))
    }

    private func socketProblem(_ gateway: GatewaySettings) -> ConfigurationProblem? {
        let path = gateway.controlSocketPath
        let setting = gateway.controlSocket == nil ? "gateway.data_directory" : "gateway.control_socket"
        let name = "control_socket"
        // The data directory is looked at by itself.
        if gateway.controlSocket != nil, let obstacle = Files.obstacle(toWritingIn: Files.parent(of: path)) {
            return warning(
                setting, named(name, obstacle.text),
                hint: !Files.exists(obstacle.subject)
                    ? .init(
                        "this folder is not made: the gateway does not start until it exists",
                        zh: "此目录不会自动创建：建好之前网关不能启动")
                    : .init(
                        "the gateway does not start until its user can", zh: "运行网关的用户有此权限之前网关不能启动"))
        }
        switch LocalSocket.occupant(of: path) {
        case nil: return nil
        case .otherFile:
            return warning(
                setting,
                .init("`\(name)`: \(path) is there and is no socket", zh: "`\(name)`：\(path) 已存在，且不是套接字"),
                hint: .init(
                    "the gateway does not start until it is removed or another path is named",
                    zh: "删除它或改用其他路径之前网关不能启动"))
        case .program:
            guard !isRunning(gateway) else { return nil }
            return warning(
                setting,
                .init("`\(name)`: another program answers at \(path)", zh: "`\(name)`：\(path) 处另有程序应答"),
                hint: .init(
                    "the gateway does not start until it has ended or another path is named",
                    zh: "该程序退出或改用其他路径之前网关不能启动"))
        }
    }

    private func named(_ setting: String, _ text: BilingualText) -> BilingualText {
        .init("`\(setting)`: ", zh: "`\(setting)`：") + text
    }

    /// Whether the gateway of this configuration runs here; at its socket another one may answer.
    private func isRunning(_ gateway: GatewaySettings) -> Bool {
        guard let reply = try? ControlClient.request("json", path: gateway.controlSocketPath),
            let status = try? JSONValue(parsing: reply, limits: JSONLimits(bytes: ControlClient.longestReply))
        else { return false }
        return status["gateway"] == .string(gateway.id)
    }

    /// Addresses that cannot be listened on. Where the gateway runs it has its ports itself.
    private func portProblems(_ configuration: GatewayConfiguration) -> [ConfigurationProblem] {
        let isRunning = isRunning(configuration.gateway)
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

    /// Paths of serial ports at which something else stands. One that is not there may be plugged in.
    private func serialProblems(_ configuration: GatewayConfiguration) -> [ConfigurationProblem] {
        let buses = configuration.buses.map { bus -> (String, String?) in
            guard case .serial(let serial) = bus.transport else { return ("", nil) }
            return ("buses[\(bus.id)].serial.path", serial.path)
        }
        let instruments = configuration.instruments.map { instrument -> (String, String?) in
            guard case .serial(let serial) = instrument.transport else { return ("", nil) }
            return ("instruments[\(instrument.id)].serial.path", serial.path)
        }
        return (buses + instruments).compactMap { setting, path in
            guard let path, Files.isCharacterDevice(path) == false else { return nil }
            return warning(
                setting, .init("`path`: \(path) is no serial port", zh: "`path`：\(path) 不是串口"),
                hint: .init("name the device, such as /dev/ttyS1", zh: "请写设备文件，例如 /dev/ttyS1"))
        }
    }

    /// Programs that cannot be run, and a response file that is none.
    private func alarmProblems(_ alarms: AlarmSettings) -> [ConfigurationProblem] {
        let programs = alarms.actions.compactMap { action -> ConfigurationProblem? in
            guard case .program(let program) = action.effect,
                let obstacle = Files.obstacle(toRunning: program.path)
            else { return nil }
            return warning(
                "alarms.actions[\(action.id)].exec",
                .init("action '\(action.id)' fails: ", zh: "动作“\(action.id)”无法执行：") + obstacle.text,
                hint: .init("it is tried at each alarm", zh: "每次报警都会再试"))
        }
        guard let path = alarms.responseFile, Files.isDirectory(path) else { return programs }
        return programs + [
            warning(
                "alarms.response_file",
                .init("`response_file`: \(path) is a folder", zh: "`response_file`：\(path) 是目录"),
                hint: .init("name a file with one line: the level", zh: "请写一个文件，其中一行为等级"))
        ]
    }

    private func warning(_ setting: String, _ message: BilingualText, hint: BilingualText?) -> ConfigurationProblem {
        ConfigurationProblem(of: setting, in: source, .warning, message, hint: hint)
    }
}
