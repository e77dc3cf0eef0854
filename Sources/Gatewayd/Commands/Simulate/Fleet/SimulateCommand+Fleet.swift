import GatewayCore
import HostSystem
import MQTTUplink
import Telemetry

extension Command {
    /// True when everything that was published was acknowledged.
    static func simulateFleet(_ words: [String]) throws -> Bool {
        let arguments = try Arguments(
            words,
            options: [
                "fleet", "broker", "interval", "factors", "seconds", "connect-rate", "prefix", "name", "username",
                "password-file", "ca-file",
            ])
        let options = try fleet(arguments)
        let limit = DescriptorLimit.raise(to: options.descriptors)
        guard limit >= options.descriptors else {
            throw UsageError(
                "--fleet \(options.size) needs \(options.descriptors) open files and the limit is \(limit);"
                    + " raise it with `ulimit -n \(options.descriptors)` as root, or LimitNOFILE= in a unit",
                zh: "--fleet \(options.size) 需要打开 \(options.descriptors) 个文件，上限为 \(limit)；"
                    + "请以 root 执行 `ulimit -n \(options.descriptors)`，或在服务单元中设置 LimitNOFILE=")
        }
        var isComplete = false
        try untilInterrupted { stop in
            isComplete = try FleetSimulation(options) { Console.print($0 + "\n") }.run(until: stop)
        }
        return isComplete
    }

    private static func fleet(_ arguments: Arguments) throws -> FleetOptions {
        _ = try arguments.required("fleet")
        let size = try arguments.number("fleet", in: 1...50_000) ?? 1
        let (address, usesTLS) = try broker(try arguments.required("broker"))
        var options = FleetOptions(size: size, host: address.host, port: address.port)
        if let interval = try arguments.duration("interval", in: .milliseconds(100)...(.seconds(3_600))) {
            guard interval < .seconds(60) || interval.wholeMilliseconds % 60_000 == 0 else {
                throw UsageError("--interval: below a minute, or whole minutes", zh: "--interval：应小于一分钟，或为整分钟")
            }
            options.interval = interval
        }
        if let codes = arguments.value("factors")?.split(separator: ",").map(String.init) {
            guard !codes.isEmpty, codes.count <= 200, codes.allSatisfy(isPlain) else {
                throw UsageError(
                    "--factors: up to 200 codes of letters and digits with commas between them",
                    zh: "--factors：最多 200 个由字母和数字组成的编码，以逗号分隔")
            }
            options.factors = codes
        }
        options.length = try arguments.number("seconds", in: 1...31_536_000).map { .seconds($0) }
        options.connectRate = try arguments.number("connect-rate", in: 1...10_000) ?? options.connectRate
        options.topicPrefix = try segment("prefix", arguments) ?? options.topicPrefix
        options.name = try segment("name", arguments) ?? options.name
        if let username = arguments.value("username") {
            options.credentials = (
                username, try arguments.value("password-file").map { try SecretFile.firstLine(of: $0) }
            )
        }
        if usesTLS { options.tls = MQTTTransportSecurity(authorityFile: arguments.value("ca-file")) }
        return options
    }

    private static func broker(_ text: String) throws(UsageError) -> (Endpoint, usesTLS: Bool) {
        guard !text.contains("@") else {
            throw UsageError(
                "--broker: the address holds a user name; use --username and --password-file",
                zh: "--broker：地址中含有用户名，请改用 --username 和 --password-file")
        }
        let usesTLS = text.hasPrefix("mqtts://")
        guard usesTLS || text.hasPrefix("mqtt://"),
            let address = Endpoint(
                String(text.dropFirst(usesTLS ? 8 : 7)), defaultPort: usesTLS ? 8_883 : 1_883),
            address.port > 0
        else {
            throw UsageError(
                "--broker \(text): not mqtt://HOST:PORT or mqtts://HOST:PORT",
                zh: "--broker \(text)：应写成 mqtt://主机:端口 或 mqtts://主机:端口")
        }
        return (address, usesTLS)
    }

    /// A word that may stand alone in a topic and in a gateway's id.
    private static func segment(_ option: String, _ arguments: Arguments) throws(UsageError) -> String? {
        guard let text = arguments.value(option) else { return nil }
        guard (1...48).contains(text.utf8.count), isPlain(text) else {
            throw UsageError(
                "--\(option) '\(text)': not 1 to 48 letters, digits, - and _",
                zh: "--\(option) “\(text)”：应为 1 到 48 个字母、数字、- 或 _")
        }
        return text
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x5F
            }
    }
}
