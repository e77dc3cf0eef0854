import Alarms
import JSON
package import Protocol
package import Telemetry

/// A command with its arguments, checked.
package enum CommandRequest: Equatable, Sendable {
    case status
    case configFingerprint
    case acknowledgeAlarm(id: String, by: String, note: String)
    /// `until` does not matter for the level `none`; `order`: the number of the order, where the platform gives one.
    case setResponseLevel(level: String, until: WallInstant, order: String?)
    case replay(ReplaySelection)

    package var name: CommandName {
        switch self {
        case .status: .status
        case .configFingerprint: .configFingerprint
        case .acknowledgeAlarm: .acknowledgeAlarm
        case .setResponseLevel: .setResponseLevel
        case .replay: .replay
        }
    }
}

/// The records that a platform wants again.
package enum ReplaySelection: Equatable, Sendable {
    case sequences(ClosedRange<Int64>)
    /// Records of one kind about one place (an outlet, a device, an instrument, `_gateway`), `from` ≤ `ts` < `to`.
    case period(outlet: String, kind: RecordKind, from: WallInstant, to: WallInstant)
}

/// Why a command is not obeyed, in words for the platform.
package struct CommandRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    static func notAllowed(_ name: CommandName) -> CommandRefusal {
        CommandRefusal("\"\(name.rawValue)\" is not allowed to this platform (`commands` of the uplink)")
    }
}

extension CommandRequest {
    /// The longest stretch of time of one replay.
    static let longestReplay = Duration.seconds(31 * 86_400)

    /// The command in `message`, when it is one of `allowed`.
    init(_ message: CommandMessage, allowed: Set<CommandName>) throws(CommandRefusal) {
        guard let name = CommandName(rawValue: message.name) else {
            let known = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            throw CommandRefusal("there is no command \"\(message.name.prefix(64))\"; allowed are: \(known)")
        }
        guard allowed.contains(name) else {
            throw CommandRefusal.notAllowed(name)
        }
        var arguments = CommandArguments(message.arguments)
        switch name {
        case .status: self = .status
        case .configFingerprint: self = .configFingerprint
        case .acknowledgeAlarm:
            self = .acknowledgeAlarm(
                id: try arguments.text("id", upTo: 512), by: try arguments.text("by", upTo: 64),
                note: try arguments.optionalText("note", upTo: 500) ?? "")
        case .replay: self = .replay(try ReplaySelection(&arguments))
        case .setResponseLevel:
            let level = try arguments.text("level", upTo: 64)
            let isEnd = level == ResponseLevel.none.name && !arguments.has("until")
            let until = isEnd ? WallInstant(millisecondsSince1970: 0) : try arguments.instant("until")
            self = .setResponseLevel(level: level, until: until, order: try arguments.optionalText("order", upTo: 128))
        }
        try arguments.end()
    }
}

extension ReplaySelection {
    init(_ arguments: inout CommandArguments) throws(CommandRefusal) {
        if arguments.has("from_seq") || arguments.has("to_seq") {
            let first = try arguments.whole("from_seq")
            let last = try arguments.whole("to_seq")
            guard first >= 1, last >= first else {
                throw CommandRefusal("\"from_seq\" is at least 1, and \"to_seq\" not below it")
            }
            self = .sequences(first...last)
            return
        }
        let outlet = try arguments.text("outlet", upTo: 64)
        let word = try arguments.text("kind", upTo: 64)
        guard let kind = RecordKind(rawValue: word), RecordKind.published.contains(kind) else {
            throw CommandRefusal("there is no kind \"\(word)\"")
        }
        let from = try arguments.instant("from")
        let to = try arguments.instant("to")
        guard from < to, to - from <= CommandRequest.longestReplay else {
            throw CommandRefusal("\"from\" is before \"to\", by 31 days at most")
        }
        self = .period(outlet: outlet, kind: kind, from: from, to: to)
    }
}
