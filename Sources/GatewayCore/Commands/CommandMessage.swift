import JSON

/// By what the platform tells its commands apart; the answer bears it unchanged.
package enum CommandID: Hashable, Sendable {
    case text(String)
    case number(Int64)

    /// For logs and the evidence, cut to 64 characters.
    package var shown: String {
        switch self {
        case .text(let text): String(text.prefix(64))
        case .number(let number): String(number)
        }
    }
}

/// A message on the topic `command`, as far as every command has it: `{"id","name","args"}`.
struct CommandMessage: Equatable, Sendable {
    /// A longer message is refused unread.
    static let mostBytes = 16 << 10
    static let mostIDBytes = 128
    private static let limits = JSONLimits(bytes: mostBytes, depth: 8)

    var id: CommandID
    var name: String
    /// By name; empty when the message has none.
    var arguments: [JSONValue.Member]

    /// Why a message is no command; `id` where at least that could be read.
    struct Malformed: Error, Equatable {
        var id: CommandID?
        var reason: String
    }

    init(_ payload: [UInt8]) throws(Malformed) {
        guard payload.count <= Self.mostBytes else {
            throw Malformed(reason: "the message is longer than \(Self.mostBytes) bytes")
        }
        let message: JSONValue
        do throws(JSONError) {
            message = try JSONValue(parsing: payload, limits: Self.limits)
        } catch {
            throw Malformed(reason: "the message is not JSON: \(error.description.prefix(120))")
        }
        guard let id = message["id"].flatMap(CommandID.init) else {
            throw Malformed(reason: "\"id\" must be a text of 1 to \(Self.mostIDBytes) bytes or a whole number")
        }
        guard case .string(let name) = message["name"], !name.isEmpty else {
            throw Malformed(id: id, reason: "\"name\" is missing")
        }
        switch message["args"] {
        case .object(let members): arguments = members
        case nil, .null: arguments = []
        case let other?: throw Malformed(id: id, reason: "\"args\" must be an object and is \(other.kind)")
        }
        self.id = id
        self.name = name
    }
}

extension CommandID {
    fileprivate init?(_ value: JSONValue) {
        switch value {
        case .string(let text) where (1...CommandMessage.mostIDBytes).contains(text.utf8.count): self = .text(text)
        case .integer(let number): self = .number(number)
        default: return nil
        }
    }
}
