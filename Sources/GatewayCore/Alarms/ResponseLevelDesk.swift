import Alarms
import Telemetry

/// A response level that cannot be set, in words.
package struct ResponseLevelRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
}

/// Which level of a heavy-pollution response is in force, who said so, and which were before.
struct ResponseLevelDesk: Equatable, Sendable {
    /// An order that nobody ends is over after this at the latest.
    static let longest = Duration.seconds(180 * 86_400)
    /// Of who or what gave an order.
    static let longestSource = 128

    let scale: ResponseScale
    private(set) var levels = ResponseLevels()
    /// The level that was told last.
    private(set) var told = ResponseLevel.none
    /// What the file said when it was last taken; what stays is not taken twice.
    private var fileText = ""

    init(scale: ResponseScale) {
        self.scale = scale
    }

    /// Takes a level from `wall` on; `none` ends what is in force. False: it is in force already, until the same time.
    mutating func set(
        _ name: String, until: WallInstant, source: String, at wall: WallInstant
    ) throws(ResponseLevelRefusal) -> Bool {
        guard let level = scale.level(named: name) else {
            let names = (["none"] + scale.levels.map(\.name)).joined(separator: " ")
            throw ResponseLevelRefusal(description: "there is no response level '\(name)' (there are: \(names))")
        }
        guard (1...Self.longestSource).contains(source.unicodeScalars.count) else {
            throw ResponseLevelRefusal(
                description: "an order's number or giver has 1 to \(Self.longestSource) characters")
        }
        guard level > .none else { return end(at: wall) }
        guard until > wall else { throw ResponseLevelRefusal(description: "the end of the response is in the past") }
        guard until - wall <= Self.longest else {
            throw ResponseLevelRefusal(description: "a response is ordered for at most 180 days")
        }
        if let order = levels.inForce(at: wall), order.level == level, order.until == until { return false }
        levels.replace(with: ResponseOrder(level: level, from: wall, until: until, source: source))
        told = level
        return true
    }

    private mutating func end(at wall: WallInstant) -> Bool {
        guard levels.inForce(at: wall) != nil else { return false }
        levels.callOff(at: wall)
        told = .none
        return true
    }

    /// The level that ended by itself since it was last told; nil: none.
    mutating func takeExpired(at wall: WallInstant) -> ResponseLevel? {
        guard told > .none, levels.level(at: wall) != told else { return nil }
        defer { told = levels.level(at: wall) }
        return told
    }

    /// What a file says: `LEVEL until TIME` on its first line that is neither empty nor a comment (`#`).
    struct FileOrder: Equatable, Sendable {
        /// The line as it is remembered once it is taken.
        fileprivate let line: String
        let level: String
        let until: WallInstant
    }

    /// The order of a file; nil: nothing new. What ``taken(_:)`` is not told of is tried again.
    mutating func read(file text: String, zone: ZoneRules) throws(ResponseLevelRefusal) -> FileOrder? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(whereSeparator: \.isWhitespace) }
        let words = lines.first { !($0.first?.hasPrefix("#") ?? true) } ?? []
        let line = words.joined(separator: " ")
        guard line != fileText else { return nil }
        fileText = ""
        if words.isEmpty { return nil }
        if words == ["none"] {
            return FileOrder(line: line, level: "none", until: WallInstant(millisecondsSince1970: 0))
        }
        guard words.count == 3, words[1] == "until", let time = CivilTime(text: String(words[2])) else {
            throw ResponseLevelRefusal(
                description: "the file does not say LEVEL until TIME, such as `orange until 2026-12-03T08:00`")
        }
        return FileOrder(line: line, level: String(words[0]), until: zone.instant(of: time))
    }

    /// Remembers what was taken, or is too old to be.
    mutating func taken(_ order: FileOrder) { fileText = order.line }

    // MARK: State

    /// Goes on where `earlier` is; of levels that there are no more nothing is left.
    mutating func resume(_ earlier: ResponseLevelDesk, at wall: WallInstant) {
        if earlier.scale == scale { self = earlier } else { restore(earlier.state, at: wall) }
    }

    /// Three lines: the orders, what the file said, and the level that was told last: one that ended while the gateway was
    /// off is told of when the time is first looked at, one that ended before is not told of again.
    var state: String { "\(levels.stateText)\n\(fileText)\n\(told.name)" }

    mutating func restore(_ state: String, at wall: WallInstant) {
        let lines = state.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 2 else { return }
        levels = ResponseLevels(stateText: String(lines[0]), scale: scale)
        // What the scale has lost is no longer in force, and is tried again.
        let isKnown = lines[1].split(separator: " ").first.map { scale.level(named: String($0)) != nil }
        fileText = isKnown == true ? String(lines[1]) : ""
        told = lines.count > 2 ? scale.level(named: String(lines[2])) ?? .none : levels.level(at: wall)
    }
}
