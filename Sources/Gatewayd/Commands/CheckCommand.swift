import GatewayCore
import HostSystem
import Telemetry

extension Command {
    static let check = Command(
        "check", "FILE | --config FILE [--json]",
        summary: BilingualText(
            "Read a configuration and report every problem in it.", zh: "检查配置文件，一次报告全部问题。"),
        details: BilingualText(
            """
            Each problem is one line, FILE:LINE:COL: error|warning|note: message (hint); with --json one object a line.
            A note is about a default that has changed; writing the setting ends it.
            What this machine lacks for it (files with passwords, keys and certificates, folders, addresses) is a warning.
            Exit code 0: valid (there may be warnings). 1: invalid.
            """,
            zh: """
                每个问题一行：文件:行:列: error|warning|note: 内容 (提示)；error 为错误，warning 为警告，--json 每行一个对象。
                note 说明有改动的默认值，写出该设置后不再提示。
                本机缺少的东西（密码、密钥、证书文件，目录，地址）报为警告。
                退出码 0：可用（可能有警告）；1：不可用。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config"], flags: ["json"], positionals: 1)
        let file = try arguments.configurationFile()
        let loaded: LoadedConfiguration
        do throws(SystemError) {
            loaded = try ConfigurationFile.read(file)
        } catch {
            Console.failure(error.explained, of: "check")
            return .failed
        }
        let result = loaded.result
        for problem in result.problems + loaded.problemsHere {
            Console.print(arguments.has("json") ? BilingualText(verbatim: problem.json + "\n") : problem.words + "\n")
        }
        let errors = result.problems.filter { $0.severity == .error }.count
        if !arguments.has("json") { Console.print(summary(of: result, file: file, errors: errors)) }
        return errors == 0 ? .good : .failed
    }

    private static func summary(of result: ConfigurationResult, file: String, errors: Int) -> BilingualText {
        guard errors == 0, let configuration = result.configuration else {
            return BilingualText("\(file): \(errors) error\(errors == 1 ? "" : "s")\n", zh: "\(file)：\(errors) 处错误\n")
        }
        let devices = configuration.buses.reduce(0) { $0 + $1.devices.count }
        let factors = configuration.outlets.reduce(0) { $0 + $1.factors.count }
        return BilingualText(
            "\(file): valid; \(configuration.uplinks.count) uplinks, \(configuration.buses.count) buses, "
                + "\(devices) devices, \(configuration.instruments.count) instruments, "
                + "\(configuration.outlets.count) outlets, \(factors) factors\n",
            zh: "\(file)：配置可用；上行链路 \(configuration.uplinks.count)，总线 \(configuration.buses.count)，"
                + "设备 \(devices)，HJ 212 仪表 \(configuration.instruments.count)，"
                + "排口 \(configuration.outlets.count)，因子 \(factors)\n")
    }
}
