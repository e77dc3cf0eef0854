import HostSystem
import Protocol

extension Command {
    static let decode = Command(
        "decode", "[--tolerate] [FILE]",
        summary: "Read HJ 212 bytes from a file or standard input; print one JSON line per frame or defect.",
        details: """
            A frame is good (ok: true) when it is framed exactly as the standard says. With --tolerate what can be put
            right is: wrong length, missing or odd tail, Modbus CRC; `defects` then says what was repaired.
            Exit code 1: at least one defect.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, flags: ["tolerate"], positionals: 1)
        do {
            return try decode(arguments.positionals.first, tolerance: arguments.has("tolerate") ? .everything : .strict)
        } catch {
            Console.error("gatewayd decode: \(error)\n")
            return .failed
        }
    }

    private static func decode(_ file: String?, tolerance: Tolerance) throws(SystemError) -> ExitCode {
        let input = try Files.openForReading(file)
        var machine = DecodeMachine(tolerance: tolerance)
        while true {
            let bytes = try readChunk(of: input.raw, limit: 65_536, name: file ?? "standard input")
            let lines = bytes.isEmpty ? machine.finish() : machine.feed(bytes)
            Console.print(lines.map { $0 + "\n" }.joined())
            if bytes.isEmpty { break }
        }
        return machine.defects == 0 ? .good : .failed
    }
}
