import HostSystem
import Protocol

extension Command {
    static let encode = Command(
        "encode", "[--check] [FILE]",
        summary: "Read JSON lines as decode prints them from a file or standard input; write HJ 212 frames.",
        details: """
            Of each line `fields` (the header, without CP) and `cp` (one object per group) are used, all values as text:
              {"fields":{"QN":"20160801085857223","ST":"32","CN":"1062","PW":"100000","MN":"1","Flag":"5"},\\
               "cp":[{"RtdInterval":"30"}]}
            A list of values repeats the name. Length, CRC and line end are the standard's. --check writes nothing.
            Exit code 1: at least one line is wrong; the others are written.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, flags: ["check"], positionals: 1)
        do {
            return try encode(arguments.positionals.first, writes: !arguments.has("check"))
        } catch {
            Console.error("gatewayd encode: \(error)\n")
            return .failed
        }
    }

    private static func encode(_ file: String?, writes: Bool) throws(SystemError) -> ExitCode {
        let input = try Files.openForReading(file)
        let name = file ?? "standard input"
        var machine = EncodeMachine()
        var isGood = true
        while true {
            let bytes = try readChunk(of: input.raw, limit: 65_536, name: name)
            for output in bytes.isEmpty ? machine.finish() : machine.feed(bytes) {
                switch output {
                case .frame(let frame):
                    if writes { Console.print(frame) }
                case .problem(let line, let message):
                    isGood = false
                    Console.error("gatewayd encode: \(name):\(line): \(message)\n")
                }
            }
            if bytes.isEmpty { break }
        }
        return isGood ? .good : .failed
    }
}
