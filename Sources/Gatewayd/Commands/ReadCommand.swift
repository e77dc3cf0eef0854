import GatewayCore
import HostSystem
import JSON
import ModbusLink
import Protocol
import Telemetry

extension Command {
    static let read = Command(
        "read",
        "--tcp HOST:PORT | --rtu-over-tcp HOST:PORT | --serial PATH[,9600,N,8,1]  --unit N  "
            + "--holding|--input|--coil|--discrete ADDR  --count N  [--timeout SECONDS] "
            + "[--config FILE | --socket PATH]",
        summary: BilingualText(
            "Read registers of a Modbus device once and show every way to understand them.",
            zh: "读一次 Modbus 设备的寄存器，列出各种解释。"),
        details: BilingualText(
            """
            Addresses are zero-based: what a manual calls 40001 is --holding 0. For example:
              gatewayd read --tcp 192.168.1.10:502 --unit 1 --input 0 --count 10
              gatewayd read --serial /dev/ttyS1,9600,N,8,1 --unit 3 --holding 100 --count 4
            Every register, pair and four of registers is shown in every type and word order; `~`: digits are left out.
            --timeout: how long an answer may take, such as 0.2 or 2 (default 1).
            A line that the running daemon holds is read by the daemon, between two polls and with the time limit of its bus;
            it is never taken away from it. The daemon is found as by `gatewayd status`; where one may run and cannot be asked,
            nothing is read.
            """,
            zh: """
                地址从 0 开始：说明书中的 40001 即 --holding 0。例如：
                  gatewayd read --tcp 192.168.1.10:502 --unit 1 --input 0 --count 10
                  gatewayd read --serial /dev/ttyS1,9600,N,8,1 --unit 3 --holding 100 --count 4
                单个、两个和四个寄存器按全部类型和字序显示；`~` 表示省略了若干位数字。
                --timeout：等待应答的时间，如 0.2 或 2（秒，默认 1）。
                正在运行的网关占用的线路，由网关在两次轮询之间代读，时限按该总线的设置；不会抢占线路。网关的查找同
                `gatewayd status`；网关可能在运行而无法询问时，不读取。
                """)
    ) { words throws(UsageError) in
        let tables = RegisterTable.allCases.map(\.rawValue)
        let arguments = try Arguments(
            words, options: ["tcp", "rtu-over-tcp", "serial", "unit", "count", "timeout", "config", "socket"] + tables)
        let transport = try transport(arguments)
        let request = try request(arguments)
        let unit = try arguments.number("unit", in: 0...255) ?? 1
        let timeout = try arguments.seconds("timeout", in: .milliseconds(10) ... .seconds(60)) ?? .seconds(1)
        let place =
            BilingualText("\(transport.peer), unit \(unit), ", zh: "\(transport.peer)，从站 \(unit)，") + request.place
        do {
            let asked = GuestRequest(transport, arguments.value("serial"), unit: UInt8(unit), request)
            if let words = try asked.ask(RunningDaemon(arguments)) {
                show(request, words)
                return .good
            }
        } catch {
            // The first line says what failed, the others what to do.
            let lines = Language.ofCommandLine(BilingualText(error)).split(separator: "\n").map(String.init)
            let told = [lines.first ?? ""] + lines.dropFirst().flatMap { $0.wrapped() }
            Console.failure(place + BilingualText(": ", zh: "：") + told.joined(separator: "\n"), of: "read")
            return .failed
        }
        // Here a wrong length is a finding and no obstacle.
        let connection = ModbusConnection(transport, timeout: timeout, tolerance: [.length])
        do throws(ModbusError) {
            try connection.connect()
            var words: [UInt16] = []
            try connection.read(unit: UInt8(unit), request, into: &words)
            show(request, words)
            for oddity in LineOddity.allCases where connection.oddities.contains(oddity) {
                let hint = Language.ofCommandLine(oddity.hint(on: transport.medium))
                Console.error(hint.wrapped().joined(separator: "\n") + "\n")
            }
            return .good
        } catch {
            Console.failure(
                place + BilingualText(": ", zh: "：") + error.fault.what, of: "read",
                hint: error.fault.advice(on: transport.medium))
            return .failed
        }
    }

    private static func show(_ request: ReadRequest, _ words: [UInt16]) {
        for line in ReadReport(request: request, words: words).lines(in: .ofCommandLine) { Console.print(line + "\n") }
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

/// A read for the running daemon, in case it holds the line.
private struct GuestRequest {
    private let line: String

    init(_ transport: ModbusTransport, _ serial: String?, unit: UInt8, _ request: ReadRequest) {
        var json = JSONWriter()
        json.beginObject()
        json.key("read")
        json.beginObject()
        switch transport {
        case .tcp(let host, let port), .rtuOverTCP(let host, let port):
            json.key("hosts")
            json.beginArray()
            for name in Self.names(of: host) { json.string(name) }
            json.endArray()
            json.field("port", integer: Int(port))
            if case .rtuOverTCP = transport { json.field("rtu", bool: true) }
        case .serial(let settings):
            json.field("path", settings.path)
            // Only who wrote settings wants these.
            if serial?.contains(",") ?? false { json.field("settings", settings.shortText) }
        }
        json.endObject()
        json.field("unit", integer: Int(unit))
        json.field("table", request.table.rawValue)
        json.field("address", integer: Int(request.address))
        json.field("count", integer: request.count)
        json.field("language", Language.ofCommandLine.rawValue)
        json.endObject()
        line = json.text
    }

    /// How a configuration may write the host.
    private static func names(of host: String) -> [String] {
        let host = host.lowercased()
        let own = ["localhost", "127.0.0.1", "::1"]
        return own.contains(host) ? own : [host]
    }

    /// The registers, read by the daemon; nil when none runs here, or it does not hold the line. Fails where it cannot be asked
    /// whether it does: a second master would disturb its polls.
    func ask(_ daemon: RunningDaemon) throws -> [UInt16]? {
        let bytes: [UInt8]
        do throws(DaemonUnreachable) {
            bytes = try daemon.ask(line)
        } catch {
            if error.isAbsent { return nil }
            throw StartError(
                BilingualText(
                    "the running daemon may hold the line and cannot be asked: ", zh: "线路可能由正在运行的网关占用，而网关无法询问：")
                    + error.text)
        }
        // A daemon that does not know the question holds no line for others.
        guard let reply = try? JSONValue(parsing: bytes) else { return nil }
        if case .string(let error) = reply["error"] { throw StartError(description: error) }
        guard case .integer(let ticket) = reply["ticket"] else { return nil }
        let pause = WakeDescriptor()
        let end = SystemClock.uptime + .seconds(90)
        while SystemClock.uptime < end {
            let state = try JSONValue(
                parsing: try daemon.ask(
                    #"{"readTicket":\#(ticket),"language":"\#(Language.ofCommandLine.rawValue)"}"#))
            if case .string(let error) = state["error"] {
                throw StartError(
                    "asked through the running daemon, which holds the line: \(error)",
                    zh: "线路由正在运行的网关占用，经网关读取：\(error)")
            }
            if case .string(let words) = state["words"] { return words.split(separator: " ").compactMap { UInt16($0) } }
            _ = pause.wait(until: SystemClock.uptime + .milliseconds(50))
        }
        throw StartError(
            "the running daemon holds the line and its bus had no pause for the read", zh: "线路由正在运行的网关占用，总线一直没有空闲")
    }
}
