import HostSystem
import Protocol
import Telemetry

extension Command {
    static let decode = Command(
        "decode",
        "[--explain [--language en|zh|both]] [--edition 2005|2017|2025|surface-water] [--tolerate[=LIST]] "
            + "[--key-file FILE] [FILE]",
        summary: BilingualText(
            "Read HJ 212 bytes from a file or standard input; print one JSON line per frame or defect.",
            zh: "从文件或标准输入读取 HJ 212 字节流，每个报文或缺陷输出一行 JSON。"),
        details: BilingualText(
            """
            A frame is good (ok: true) when it is framed exactly as the standard says. With --tolerate what can be put
            right is: wrong length, missing or odd tail, Modbus CRC; `defects` then says what was repaired. A list allows
            only what it names, of \(Tolerance.names.map(\.name).joined(separator: ", "));
            `unchecked` (a checksum of no known kind) must be named.
            --explain prints a reading for people instead: the bytes, what is wrong with them and where, and the meaning
            of each field in English and Chinese.
            --key-file has the SM4 keys of encrypted data areas (2025): a line `MN KEY` or `* KEY` for each, the key as 16
            characters or 32 hex digits.
            --edition reads every frame by that text of the standard, whatever the version in its Flag.
            Exit code 1: at least one defect.
            """,
            zh: """
                报文格式与标准完全一致才算完好（ok: true）。加 --tolerate 后可修复的缺陷不再报错：长度不符、缺少或多余的
                结尾、Modbus CRC；`defects` 列出修复了什么。带列表时只容许所列的：
                \(Tolerance.names.map(\.name).joined(separator: "、"))；
                `unchecked`（无法识别的校验）必须写明。
                --explain 输出供人阅读的解释：原始字节、错在哪里、每个字段的中英文含义。
                --key-file 为加密数据区（2025 版）的 SM4 密钥文件：每行 `MN 密钥` 或 `* 密钥`，密钥为 16 个字符或 32 位
                十六进制数。
                --edition 不看 Flag 中的版本号，一律按该版标准解析。
                退出码 1：至少有一处缺陷。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["edition", "language", "key-file"], flags: ["explain"], optional: ["tolerate"],
            positionals: 1)
        let tolerance = try tolerance(arguments)
        let edition = try edition(arguments)
        let language = try language(arguments)
        do {
            let keys = try arguments.value("key-file").map { try KeyFile.read($0) } ?? KeyRing()
            var decoder: any StreamDecoder = DecodeMachine(tolerance: tolerance, edition: edition, keys: keys)
            if arguments.has("explain") {
                decoder = ExplainMachine(tolerance: tolerance, edition: edition, language: language, keys: keys)
            }
            return try decode(arguments.positionals.first, with: &decoder)
        } catch {
            Console.failure(error, of: "decode")
            return .failed
        }
    }

    private static func decode(_ file: String?, with decoder: inout any StreamDecoder) throws(SystemError) -> ExitCode {
        let input = try Files.openForReading(file)
        var text = TextInput(input.raw, name: file ?? "standard input")
        while true {
            let bytes = try text.next(limit: 65_536)
            let lines = bytes.isEmpty ? decoder.finish() : decoder.feed(bytes)
            Console.print(lines.map { $0 + "\n" }.joined())
            if bytes.isEmpty { break }
        }
        return decoder.defects == 0 ? .good : .failed
    }

    private static func tolerance(_ arguments: Arguments) throws(UsageError) -> Tolerance {
        guard let list = arguments.value("tolerate") else {
            return arguments.has("tolerate") ? .everything : .strict
        }
        guard let tolerance = Tolerance(list: list) else {
            let names = Tolerance.names.map(\.name).joined(separator: ", ")
            throw UsageError(
                "--tolerate=\(list): there are \(names), with commas between",
                zh: "--tolerate=\(list)：可用的有 \(names)，以逗号分隔")
        }
        return tolerance
    }

    private static func edition(_ arguments: Arguments) throws(UsageError) -> Edition? {
        guard let name = arguments.value("edition") else { return nil }
        guard let edition = Edition(name: name) else {
            throw UsageError("edition", name, known: Edition.named.map(\.name))
        }
        return edition
    }

    private static func language(_ arguments: Arguments) throws(UsageError) -> ReportLanguage {
        guard let name = arguments.value("language") else { return .both }
        guard let language = ReportLanguage(rawValue: name) else {
            throw UsageError(
                "--language \(name): there are en, zh and both", zh: "--language \(name)：可用的有 en、zh 和 both")
        }
        guard arguments.has("explain") else {
            throw UsageError("--language has a meaning only with --explain", zh: "--language 只与 --explain 一起使用")
        }
        return language
    }
}

/// Bytes in, lines out.
private protocol StreamDecoder {
    mutating func feed(_ bytes: [UInt8]) -> [String]
    mutating func finish() -> [String]
    var defects: Int { get }
}

extension DecodeMachine: StreamDecoder {}
extension ExplainMachine: StreamDecoder {}
