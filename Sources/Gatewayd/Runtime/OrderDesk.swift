import HostSystem
import JSON
import Protocol
import Synchronization
import Telemetry

/// Takes orders to HJ 212 instruments over the control socket, and tells how they ended.
///
/// An order may take minutes, a connection to the socket lives for seconds: so an order gets a ticket, and who gave it asks
/// with the ticket until it is done.
final class OrderDesk: Sendable {
    /// Orders whose end is remembered; the oldest give way.
    private static let capacity = 100

    private struct State {
        var next = 1
        /// Nil: under way.
        var tickets: [Int: OrderReport?] = [:]

        mutating func open() -> Int {
            let ticket = next
            next += 1
            tickets[ticket] = .some(nil)
            tickets[ticket - OrderDesk.capacity] = nil
            return ticket
        }

        mutating func close(_ ticket: Int, _ report: OrderReport) {
            guard tickets[ticket] != nil else { return }
            tickets[ticket] = .some(report)
        }
    }

    /// An order as it was given.
    struct Order: Sendable {
        /// Of longer words the rest is not recorded.
        private static let longestWords = 500

        let request: HostRequest
        let instrument: String
        /// Its name and arguments, without passwords and keys.
        let words: String
        /// Who gave it, where that is said.
        let giver: String?

        fileprivate init(
            _ name: String, _ arguments: [(name: String, value: String)], to instrument: String, by giver: String?
        ) throws(OrderError) {
            request = try OrderForm.request(name, arguments)
            self.instrument = instrument
            self.giver = giver
            let shown = arguments.map { argument in
                argument.name + "=" + (OrderForm.secretArguments.contains(argument.name) ? "…" : argument.value)
            }
            words = String(([name] + shown).joined(separator: " ").prefix(Self.longestWords))
        }
    }

    private let instruments: @Sendable () -> [String]
    /// Gives an order to an instrument; false when too many wait.
    private let give: @Sendable (Order, @escaping @Sendable (OrderReport) -> Void) -> Bool?
    private let state = Mutex(State())

    /// `instruments`: the ids of those there are. `give`: nil for an instrument that takes no orders.
    init(
        instruments: @escaping @Sendable () -> [String],
        give: @escaping @Sendable (Order, @escaping @Sendable (OrderReport) -> Void) -> Bool?
    ) {
        self.instruments = instruments
        self.give = give
    }

    /// The reply to `{"order":…,"instrument":…,"args":{…}}` or `{"ticket":…}`; nil for anything else. With `"language":"zh"`
    /// what people read is Chinese.
    func answer(_ request: JSONValue) -> [UInt8]? {
        let language = Language(request)
        if case .string(let name) = request["order"] { return order(name, request, language) }
        if case .integer(let ticket) = request["ticket"] { return look(Int(clamping: ticket), language) }
        return nil
    }

    private func order(_ name: String, _ request: JSONValue, _ language: Language) -> [UInt8] {
        do throws(OrderError) {
            guard case .string(let id) = request["instrument"] else {
                throw OrderError("\"instrument\" is missing", zh: "缺少 \"instrument\"")
            }
            let instruments = instruments()
            guard instruments.contains(id) else {
                throw OrderError(
                    "there is no HJ 212 instrument '\(id)'; the configuration has "
                        + (instruments.isEmpty ? "none" : instruments.joined(separator: ", ")),
                    zh: "没有 HJ 212 仪表“\(id)”；"
                        + (instruments.isEmpty ? "配置中没有这样的仪表" : "已配置：" + instruments.joined(separator: "、")))
            }
            let order = try Order(name, arguments(request), to: id, by: giver(request))
            let ticket = state.withLock { $0.open() }
            let given = give(order) { [self] report in state.withLock { $0.close(ticket, report) } }
            guard let given else {
                throw OrderError(
                    "'\(id)' takes no orders: it is polled by its station address", zh: "“\(id)”不接受命令：它按站号轮询")
            }
            guard given else {
                throw OrderError(
                    "too many orders wait for '\(id)'; try again when some are done", zh: "等待“\(id)”的命令过多；待部分完成后再试")
            }
            return Self.json { $0.field("ticket", integer: ticket) }
        } catch {
            return Self.failure(error.text, language)
        }
    }

    private func giver(_ request: JSONValue) throws(OrderError) -> String? {
        guard case .string(let name) = request["by"] else { return nil }
        guard (1...64).contains(name.unicodeScalars.count) else {
            throw OrderError("a name has 1 to 64 characters", zh: "姓名为 1 到 64 个字符")
        }
        return name
    }

    private func arguments(_ request: JSONValue) throws(OrderError) -> [(name: String, value: String)] {
        guard case .object(let members) = request["args"] else { return [] }
        var arguments: [(name: String, value: String)] = []
        for member in members {
            switch member.value {
            case .string(let text): arguments.append((member.key, text))
            case .integer(let number): arguments.append((member.key, String(number)))
            default:
                throw OrderError(
                    "\(member.key): expected a string, found \(member.value.kind)",
                    zh: "\(member.key)：应为字符串，却是 \(member.value.kind)")
            }
        }
        return arguments
    }

    private func look(_ ticket: Int, _ language: Language) -> [UInt8] {
        guard let report = state.withLock({ $0.tickets[ticket] }) else {
            return Self.failure(BilingualText("no order \(ticket)", zh: "没有编号为 \(ticket) 的命令"), language)
        }
        guard let report else { return Self.json { $0.field("done", bool: false) } }
        return Self.json { json in
            json.field("done", bool: true)
            json.field("succeeded", bool: report.succeeded)
            json.field("outcome", language(report.outcome.text))
            json.field("dataPackets", integer: report.dataPackets)
            json.key("returned")
            json.beginArray()
            for message in report.messages {
                json.string(ReadableText.of(message.area(edition: .hj2017).bytes))
            }
            json.endArray()
        }
    }

    private static func json(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("ok", bool: true)
        body(&json)
        json.endObject()
        return Array(json.text.utf8)
    }

    private static func failure(_ message: BilingualText, _ language: Language) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("ok", bool: false)
        json.field("error", language(message))
        json.endObject()
        return Array(json.text.utf8)
    }
}
