import HostSystem
import Telemetry

/// The program's version, also in the status message and the start record.
let programVersion = "0.1.0"

extension Command {
    static let version = Command("version", "", summary: BilingualText("Print the version.", zh: "显示版本号。")) {
        words throws(UsageError) in
        _ = try Arguments(words)
        Console.print("gatewayd \(programVersion)\n")
        return .good
    }
}
