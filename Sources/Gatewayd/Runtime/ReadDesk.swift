import GatewayCore
import HostSystem
import JSON
import Protocol
import Synchronization
import Telemetry

/// Takes reads over the control socket for lines that the daemon holds, and tells what came of them.
///
/// A read waits for its turn on the bus and may take longer than a connection to the socket lives, so it gets a ticket.
final class ReadDesk: Sendable {
    private static let capacity = 32
    private static let longest = Duration.seconds(90)

    private struct State {
        var next = 1
        var tickets: [Int: GuestRead] = [:]
    }

    private let parts: PartsBox
    private let state = Mutex(State())

    init(_ parts: PartsBox) { self.parts = parts }

    /// The reply to `{"read":LINE,"unit":…,"table":…,"address":…,"count":…}` and to `{"readTicket":…}`, as
    /// `docs/architecture.md` describes them; nil for anything else. `"held":false`: the daemon has no such line.
    func answer(_ request: JSONValue) -> [UInt8]? {
        if case .integer(let ticket) = request["readTicket"] { return look(Int(clamping: ticket), Language(request)) }
        guard let line = request["read"] else { return nil }
        let parts = parts.current
        guard let bus = parts.buses.first(where: { $0.configuration.transport.isSame(as: line) }) else {
            return Self.json { $0.field("held", bool: false) }
        }
        let language = Language(request)
        if let difference = bus.configuration.transport.difference(from: line) {
            let id = bus.configuration.id
            return Self.failure(
                language(
                    BilingualText("bus '\(id)' of the daemon has the line: ", zh: "线路由网关的总线“\(id)”占用：") + difference))
        }
        guard case .integer(let unit) = request["unit"], let unit = UInt8(exactly: unit),
            case .string(let name) = request["table"], let table = RegisterTable(rawValue: name),
            case .integer(let address) = request["address"], let address = UInt16(exactly: address),
            case .integer(let count) = request["count"], (1...Int64(table.maximumCount)).contains(count)
        else { return Self.failure(language(BilingualText("the read is not complete", zh: "读取请求不完整"))) }
        let read = GuestRead(
            unit: unit, ReadRequest(table: table, address: address, count: Int(count)),
            until: SystemClock.uptime + Self.longest)
        guard bus.guests.add(read) else {
            return Self.failure(language(BilingualText("too many reads wait for the bus", zh: "等待该总线的读取过多")))
        }
        let ticket = state.withLock { state in
            state.next += 1
            state.tickets[state.next] = read
            state.tickets[state.next - Self.capacity] = nil
            return state.next
        }
        return Self.json { json in
            json.field("held", bool: true)
            json.field("bus", bus.configuration.id)
            json.field("ticket", integer: ticket)
        }
    }

    private func look(_ ticket: Int, _ language: Language) -> [UInt8] {
        guard let read = state.withLock({ $0.tickets[ticket] }) else {
            return Self.failure(language(BilingualText("no read \(ticket)", zh: "没有编号为 \(ticket) 的读取")))
        }
        switch read.outcome {
        case nil: return Self.json { $0.field("done", bool: false) }
        case .failed(let reason)?: return Self.failure(language(reason))
        case .words(let words)?:
            return Self.json { json in
                json.field("done", bool: true)
                json.field("words", words.map { String($0) }.joined(separator: " "))
            }
        }
    }

    private static func json(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        body(&json)
        json.endObject()
        return json.bytes
    }

    private static func failure(_ message: String) -> [UInt8] { json { $0.field("error", message) } }
}

extension BusTransport {
    /// Whether `line`, as `read` names it, is this line, perhaps with other settings.
    fileprivate func isSame(as line: JSONValue) -> Bool {
        switch self {
        case .tcp(let host, let port), .rtuOverTCP(let host, let port):
            guard case .integer(let number) = line["port"], number == Int64(port) else { return false }
            guard case .array(let names) = line["hosts"] else { return false }
            return names.contains(.string(host.lowercased()))
        case .serial(let settings):
            guard case .string(let path) = line["path"] else { return false }
            return path == settings.path || Files.resolved(path) == Files.resolved(settings.path)
        }
    }

    /// In which respect `line` would be used otherwise than the daemon uses it.
    fileprivate func difference(from line: JSONValue) -> BilingualText? {
        switch self {
        case .tcp where line["rtu"] == .bool(true):
            BilingualText("it speaks Modbus TCP; use --tcp", zh: "使用 Modbus TCP，请用 --tcp")
        case .rtuOverTCP where line["rtu"] != .bool(true):
            BilingualText("it speaks RTU over TCP; use --rtu-over-tcp", zh: "使用 RTU over TCP，请用 --rtu-over-tcp")
        case .serial(let own):
            if case .string(let wanted) = line["settings"], wanted != own.shortText {
                BilingualText(
                    "it runs with \(own.shortText), not \(wanted); leave the settings out",
                    zh: "参数为 \(own.shortText)，不是 \(wanted)；请不要写参数")
            } else {
                nil
            }
        case .tcp, .rtuOverTCP: nil
        }
    }
}

extension SerialSettings {
    /// `9600,N,8,1`
    var shortText: String {
        let letter =
            switch parity {
            case .none: "N"
            case .even: "E"
            case .odd: "O"
            }
        return "\(baud),\(letter),\(dataBits),\(stopBits)"
    }
}
