import JSON
import Telemetry

/// Takes the arguments of a command one by one; what is left over at the end is a mistake.
struct CommandArguments {
    private var members: [JSONValue.Member]

    init(_ members: [JSONValue.Member]) {
        self.members = members
    }

    func has(_ name: String) -> Bool { members.contains { $0.key == name } }

    /// A text of 1 to `maximum` characters.
    mutating func text(_ name: String, upTo maximum: Int) throws(CommandRefusal) -> String {
        guard let text = try optionalText(name, upTo: maximum), !text.isEmpty else {
            throw CommandRefusal("the argument \"\(name)\" is missing")
        }
        return text
    }

    mutating func optionalText(_ name: String, upTo maximum: Int) throws(CommandRefusal) -> String? {
        switch take(name) {
        case nil, .null: return nil
        case .string(let text)
        where text.unicodeScalars.count <= maximum
            && text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }):
            return text
        default:
            throw CommandRefusal("\"\(name)\" must be a text of up to \(maximum) characters without control characters")
        }
    }

    mutating func whole(_ name: String) throws(CommandRefusal) -> Int64 {
        switch take(name) {
        case .integer(let number): return number
        case nil: throw CommandRefusal("the argument \"\(name)\" is missing")
        default: throw CommandRefusal("\"\(name)\" must be a whole number")
        }
    }

    /// Milliseconds since 1970 UTC, as `ts` of records; from then to the year 9999.
    mutating func instant(_ name: String) throws(CommandRefusal) -> WallInstant {
        let milliseconds = try whole(name)
        guard (0...253_402_300_799_999).contains(milliseconds) else {
            throw CommandRefusal("\"\(name)\" must be a time in milliseconds since 1970 UTC")
        }
        return WallInstant(millisecondsSince1970: milliseconds)
    }

    /// To be called last.
    func end() throws(CommandRefusal) {
        guard let extra = members.first else { return }
        throw CommandRefusal("there is no argument \"\(extra.key.prefix(64))\"")
    }

    private mutating func take(_ name: String) -> JSONValue? {
        guard let index = members.firstIndex(where: { $0.key == name }) else { return nil }
        return members.remove(at: index).value
    }
}
