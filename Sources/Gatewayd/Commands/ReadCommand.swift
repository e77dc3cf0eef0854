import GatewayCore
import HostSystem
import ModbusLink
import Protocol
import Telemetry

extension Command {
    static let read = Command(
        "read",
        "--tcp HOST:PORT | --rtu-over-tcp HOST:PORT | --serial PATH[,9600,N,8,1]  --unit N  "
            + "--holding|--input|--coil|--discrete ADDR  --count N  [--timeout SECONDS]",
        summary: BilingualText(
            "Read registers of a Modbus device once and show every way to understand them.",
            zh: "读一次 Modbus 设备的寄存器，列出各种解释。"),
        details: BilingualText(
            """
            Addresses are zero-based: what a manual calls 40001 is --holding 0. For example:
              gatewayd read --tcp 192.168.1.10:502 --unit 1 --input 0 --count 10
              gatewayd read --serial /dev/ttyS1,9600,N,8,1 --unit 3 --holding 100 --count 4
            """,
            zh: """
                地址从 0 开始：说明书中的 40001 即 --holding 0。例如：
                  gatewayd read --tcp 192.168.1.10:502 --unit 1 --input 0 --count 10
                  gatewayd read --serial /dev/ttyS1,9600,N,8,1 --unit 3 --holding 100 --count 4
                """)
    ) { words throws(UsageError) in
        let tables = RegisterTable.allCases.map(\.rawValue)
        let arguments = try Arguments(
            words, options: ["tcp", "rtu-over-tcp", "serial", "unit", "count", "timeout"] + tables)
        let transport = try transport(arguments)
        let request = try request(arguments)
        let unit = try arguments.number("unit", in: 0...255) ?? 1
        let timeout = try arguments.number("timeout", in: 1...60) ?? 1
        let connection = ModbusConnection(transport, timeout: .seconds(timeout))
        do throws(ModbusError) {
            try connection.connect()
            var words: [UInt16] = []
            try connection.read(unit: UInt8(unit), request, into: &words)
            for line in ReadReport(request: request, words: words).lines { Console.print(line + "\n") }
            return .good
        } catch {
            Console.error("gatewayd read: \(transport.peer), unit \(unit), \(request.text): \(error)\n")
            Console.error(error.advice + "\n")
            return .failed
        }
    }

    private static func transport(_ arguments: Arguments) throws(UsageError) -> ModbusTransport {
        let given = ["tcp", "rtu-over-tcp", "serial"].filter { arguments.value($0) != nil }
        guard given.count == 1, let kind = given.first, let text = arguments.value(kind) else {
            throw UsageError(
                "give exactly one of --tcp, --rtu-over-tcp and --serial", zh: "--tcp、--rtu-over-tcp、--serial 应给出其中一个")
        }
        if kind == "serial" { return .serial(try serialSettings(text)) }
        guard let address = Endpoint(text, defaultPort: 502) else {
            throw UsageError("--\(kind) \(text): not HOST:PORT", zh: "--\(kind) \(text)：应写成 主机:端口")
        }
        return kind == "tcp"
            ? .tcp(host: address.host, port: address.port) : .rtuOverTCP(host: address.host, port: address.port)
    }

    /// `PATH[,BAUD[,PARITY[,DATA BITS[,STOP BITS]]]]`
    static func serialSettings(_ text: String) throws(UsageError) -> SerialSettings {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var settings = SerialSettings(path: parts[0])
        let parities: [String: SerialSettings.Parity] = ["N": .none, "E": .even, "O": .odd]
        guard parts.count <= 5, !parts[0].isEmpty,
            parts.count < 2 || Int(parts[1]).map({ SerialSettings.bauds.contains($0) }) ?? false,
            parts.count < 3 || parities[parts[2].uppercased()] != nil,
            parts.count < 4 || ["7", "8"].contains(parts[3]), parts.count < 5 || ["1", "2"].contains(parts[4])
        else {
            throw UsageError(
                "--serial \(text): write it like /dev/ttyS1,9600,N,8,1",
                zh: "--serial \(text)：请写成 /dev/ttyS1,9600,N,8,1")
        }
        if parts.count > 1, let baud = Int(parts[1]) { settings.baud = baud }
        if parts.count > 2, let parity = parities[parts[2].uppercased()] { settings.parity = parity }
        if parts.count > 3, let bits = Int(parts[3]) { settings.dataBits = bits }
        if parts.count > 4, let bits = Int(parts[4]) { settings.stopBits = bits }
        return settings
    }

    private static func request(_ arguments: Arguments) throws(UsageError) -> ReadRequest {
        let given = RegisterTable.allCases.filter { arguments.value($0.rawValue) != nil }
        guard given.count == 1, let table = given.first,
            let address = try arguments.number(table.rawValue, in: 0...65_535)
        else {
            throw UsageError(
                "give exactly one of --holding, --input, --coil and --discrete",
                zh: "--holding、--input、--coil、--discrete 应给出其中一个")
        }
        let most = min(table.maximumCount, 65_536 - address)
        return ReadRequest(
            table: table, address: UInt16(address), count: try arguments.number("count", in: 1...most) ?? 1)
    }
}

extension ReadRequest {
    fileprivate var text: String { "\(table.rawValue) \(address)…\(Int(address) + count - 1)" }
}

extension ModbusError {
    /// What a technician can try.
    fileprivate var advice: String {
        switch reason {
        case .timeout: "No answer. Check the unit number, baud rate and parity, and whether A and B are swapped."
        case .notConnected: "The line does not open. Check the address or device name, the cable, and who else uses it."
        case .badReply:
            "The answer is damaged or foreign. Check baud rate and parity, and whether two devices share a unit."
        case .exception(code: 2):
            "The device has no such address. Try one lower (40001 is 0), fewer registers, or another table."
        case .exception(code: 1):
            "The device does not know this function. Try --input in place of --holding, or the reverse."
        case .io: "The system refuses the line. Check who else uses it and the rights of this user (group dialout)."
        case .exception: "The device refuses. Its manual explains the exception code."
        }
    }
}
