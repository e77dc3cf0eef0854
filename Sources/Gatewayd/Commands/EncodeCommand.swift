import HostSystem
import Protocol
import Telemetry

extension Command {
    static let encode = Command(
        "encode", "[--check] [FILE]",
        summary: BilingualText(
            "Read JSON lines as decode prints them from a file or standard input; write HJ 212 frames.",
            zh: "从文件或标准输入读取 decode 格式的 JSON 行，生成 HJ 212 报文。"),
        details: BilingualText(
            """
            Of each line `fields` (the header, without CP) and `cp` (one object per group) are used, all values as text:
              {"fields":{"QN":"20160801085857223","ST":"32","CN":"1062",\\
               "PW":"100000","MN":"1","Flag":"5"},"cp":[{"RtdInterval":"30"}]}
            A list of values repeats the name. Length, CRC and line end are the standard's. --check writes nothing.
            Exit code 1: at least one line is wrong; the others are written.
            """,
            zh: """
                使用每行的 `fields`（不含 CP 的报文头）和 `cp`（每组一个对象），值一律为字符串：
                  {"fields":{"QN":"20160801085857223","ST":"32","CN":"1062",\\
                   "PW":"100000","MN":"1","Flag":"5"},"cp":[{"RtdInterval":"30"}]}
                值为列表时重复该字段名。长度、CRC、结尾按标准生成。--check 只检查，不输出。
                退出码 1：至少有一行有误；其余各行照常输出。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, flags: ["check"], positionals: 1)
        do {
            return try encode(arguments.positionals.first, writes: !arguments.has("check"))
        } catch {
            Console.failure(error, of: "encode")
            return .failed
        }
    }

    private static func encode(_ file: String?, writes: Bool) throws(SystemError) -> ExitCode {
        let input = try Files.openForReading(file)
        let name = BilingualText.input(file)
        var text = TextInput(input.raw, name: name.en)
        var machine = EncodeMachine()
        var isGood = true
        while true {
            let bytes = try text.next(limit: 65_536)
            for output in bytes.isEmpty ? machine.finish() : machine.feed(bytes) {
                switch output {
                case .frame(let frame):
                    if writes { Console.print(frame) }
                case .problem(let line, let message):
                    isGood = false
                    Console.failure(name + ":\(line): " + message, of: "encode")
                }
            }
            if bytes.isEmpty { break }
        }
        return isGood ? .good : .failed
    }
}
