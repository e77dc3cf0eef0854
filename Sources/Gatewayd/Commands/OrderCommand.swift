import HostSystem
import JSON
import Protocol
import Telemetry

extension Command {
    static let order = Command(
        "order", "INSTRUMENT ORDER [NAME=VALUE …] [--by NAME] [--timeout SECONDS] [--config FILE | --socket PATH]",
        summary: BilingualText(
            "Give an HJ 212 instrument an order through the running daemon, and wait for its end.",
            zh: "经正在运行的网关向 HJ 212 仪表下达命令，并等待结果。"),
        details: BilingualText(en: orderHelp(.en), zh: orderHelp(.zh))
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["by", "config", "socket", "timeout"], positionals: 32)
        guard arguments.positionals.count >= 2 else {
            throw UsageError(
                "expected an instrument's id and an order; --help lists the orders",
                zh: "应给出仪表编号和命令；--help 列出全部命令")
        }
        let request = try request(arguments.positionals, by: arguments.value("by"))
        let timeout = try arguments.number("timeout", in: 1...86_400) ?? 120
        do {
            return try follow(request, RunningDaemon(arguments), until: SystemClock.uptime + .seconds(timeout))
        } catch {
            Console.failure(error, of: "order")
            return .failed
        }
    }

    private static func orderHelp(_ language: Language) -> String {
        let rows = OrderForm.all.map { form in
            let arguments = form.arguments.map { argument in
                let name = OrderForm.secretArguments.contains(argument.name) ? argument.name + "-file" : argument.name
                return argument.isRequired ? "\(name)=…" : "[\(name)=…]"
            }
            return ["  " + ([form.name] + arguments).joined(separator: " "), language(form.summary)]
        }
        let notes = BilingualText(
            """
            An order is an audit record, with its arguments, its end and the NAME of who gave it.
            A password or key is never an argument: it is the first line of the file given.
            Data that an order brings (history) go the way of all data; the order says how many packets came.
            Exit code 1: the order did not succeed.
            """,
            zh: """
                每条命令连同参数、结果和下达人姓名形成审计记录。
                密码和密钥不写在命令行上，而取自所给文件的第一行。
                命令取回的数据（历史数据）与其他数据同样处理；命令只说明收到多少包。
                退出码 1：命令没有成功。
                """)
        let title = BilingualText("Orders:", zh: "命令：")
        return language(title) + "\n" + alignedLines(rows).joined(separator: "\n") + "\n\n" + language(notes)
    }

    /// The line for the daemon.
    private static func request(_ words: [String], by name: String?) throws(UsageError) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.field("order", words[1])
        json.field("instrument", words[0])
        json.field("by", name)
        json.field("language", Language.ofCommandLine.rawValue)
        json.key("args")
        json.beginObject()
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw UsageError("'\(word)': expected NAME=VALUE", zh: "“\(word)”：应写成 名称=值") }
            let (name, value) = try secret(parts[0], parts[1])
            json.field(name, value)
        }
        json.endObject()
        json.endObject()
        return json.text
    }

    /// Reads what stands in a file instead of on the command line, where everybody could see it.
    private static func secret(_ name: String, _ value: String) throws(UsageError) -> (String, String) {
        if OrderForm.secretArguments.contains(name) {
            throw UsageError("\(name): give \(name)-file=PATH", zh: "\(name)：请写 \(name)-file=文件")
        }
        guard let secret = OrderForm.secretArguments.first(where: { $0 + "-file" == name }) else {
            return (name, value)
        }
        do {
            let line = try Files.readText(value, limit: 4_096).prefix { $0 != 0x0A && $0 != 0x0D }
            return (secret, String(decoding: line, as: UTF8.self))
        } catch {
            throw UsageError("\(name): \(error)", zh: "\(name)：\(error.text.zh)")
        }
    }

    private static func follow(_ request: String, _ daemon: RunningDaemon, until end: Uptime) throws -> ExitCode {
        let accepted = try ask(request, daemon)
        guard case .integer(let ticket) = accepted["ticket"] else { return .failed }
        let pause = WakeDescriptor()
        while true {
            let state = try ask(#"{"ticket":\#(ticket),"language":"\#(Language.ofCommandLine.rawValue)"}"#, daemon)
            if state["done"] == .bool(true) { return show(state) }
            guard SystemClock.uptime < end else {
                throw StartError("not done yet; the daemon goes on with it", zh: "尚未完成；网关继续执行")
            }
            _ = pause.wait(until: SystemClock.uptime + .milliseconds(200))
        }
    }

    private static func ask(_ line: String, _ daemon: RunningDaemon) throws -> JSONValue {
        let reply = try JSONValue(parsing: daemon.ask(line))
        if case .string(let error) = reply["error"] { throw StartError(description: error) }
        return reply
    }

    private static func show(_ state: JSONValue) -> ExitCode {
        if case .array(let lines) = state["returned"] {
            for case .string(let line) in lines { Console.print(line + "\n") }
        }
        if case .integer(let packets) = state["dataPackets"], packets > 0 {
            Console.print(BilingualText("\(packets) data packets\n", zh: "数据包 \(packets) 个\n"))
        }
        if case .string(let outcome) = state["outcome"] { Console.print(outcome + "\n") }
        return state["succeeded"] == .bool(true) ? .good : .failed
    }
}
