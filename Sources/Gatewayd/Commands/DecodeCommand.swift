import HostSystem
import Protocol
import Telemetry

extension Command {
    static let decode = Command(
        "decode",
        "[--explain [--language en|zh|both]] [--edition 2005|2017|2025|surface-water] [--tolerate[=LIST]] [FILE]",
        summary: "Read HJ 212 bytes from a file or standard input; print one JSON line per frame or defect.",
        details: """
            A frame is good (ok: true) when it is framed exactly as the standard says. With --tolerate what can be put
            right is: wrong length, missing or odd tail, Modbus CRC; `defects` then says what was repaired. A list allows
            only what it names, of \(Tolerance.names.map(\.name).joined(separator: ", "));
            `unchecked` (a checksum of no known kind) must be named.
            --explain prints a reading for people instead: the bytes, what is wrong with them and where, and the meaning
            of each field in English and Chinese.
            --edition reads every frame by that text of the standard, whatever the version in its Flag.
            Exit code 1: at least one defect.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["edition", "language"], flags: ["explain"], optional: ["tolerate"], positionals: 1)
        let tolerance = try tolerance(arguments)
        let edition = try edition(arguments)
        let language = try language(arguments)
        var decoder: any StreamDecoder = DecodeMachine(tolerance: tolerance, edition: edition)
        if arguments.has("explain") {
            decoder = ExplainMachine(tolerance: tolerance, edition: edition, language: language)
        }
        do {
            return try decode(arguments.positionals.first, with: &decoder)
        } catch {
            Console.error("gatewayd decode: \(error)\n")
            return .failed
        }
    }

    private static func decode(_ file: String?, with decoder: inout any StreamDecoder) throws(SystemError) -> ExitCode {
        let input = try Files.openForReading(file)
        while true {
            let bytes = try readChunk(of: input.raw, limit: 65_536, name: file ?? "standard input")
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
            throw UsageError("--tolerate=\(list): there are \(names), with commas between")
        }
        return tolerance
    }

    private static func edition(_ arguments: Arguments) throws(UsageError) -> Edition? {
        guard let name = arguments.value("edition") else { return nil }
        guard let edition = Edition(name: name) else {
            let names = Edition.named.map(\.name).joined(separator: ", ")
            throw UsageError("--edition \(name): there are \(names)")
        }
        return edition
    }

    private static func language(_ arguments: Arguments) throws(UsageError) -> ReportLanguage {
        guard let name = arguments.value("language") else { return .both }
        guard let language = ReportLanguage(rawValue: name) else {
            throw UsageError("--language \(name): there are en, zh and both")
        }
        guard arguments.has("explain") else { throw UsageError("--language has a meaning only with --explain") }
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
