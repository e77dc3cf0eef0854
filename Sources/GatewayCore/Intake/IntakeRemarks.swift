import Protocol
package import Telemetry

/// Why data that an instrument sent, and that were acknowledged, are not used; or what else is odd about them.
///
/// Each is said once for an instrument. Cases that carry a code carry one of the configuration, so there are few.
enum IntakeCause: Hashable, Sendable {
    /// Codes that nothing wants.
    case codes
    /// A code that is sent beside its form in the other edition, which is taken.
    case doubled(code: String)
    /// A realtime upload that was old when it was sent.
    case oldRealtime
    /// A present value that is no number, without a flag that says why.
    case withoutNumber(code: String)
    case withoutTime(HJ212Upload.Kind)
    /// A mean of a period that is not over.
    case unfinished(HJ212Upload.Kind)
    /// A mean of a period that is none of ours.
    case otherPeriod(HJ212Upload.Kind)
    /// A mean that came after its period was closed.
    case closedPeriod(HJ212Upload.Kind)
    case withoutMean(HJ212Upload.Kind, code: String)
    /// A time of sampling that cannot be one.
    case oddSampleTime(code: String)
    /// A result of an hour that was closed.
    case lateResult(code: String)
    /// Two numbers under one time.
    case contradiction(code: String)
    /// A command that carries no measurements.
    case command(CommandCode)
    /// Commands beyond those that are told one by one.
    case furtherCommands
    /// A code of the other edition, which is taken.
    case translated(code: String)
    /// Present values whose DataTime is none.
    case unreadableTime
    /// Present values that are later than their own frame.
    case futureTime
    case clock

    /// Whether it was found by comparing the instrument's time with ours.
    var dependsOnClock: Bool {
        switch self {
        case .oldRealtime, .unfinished, .otherPeriod, .closedPeriod: true
        default: false
        }
    }

    var kind: IntakeRemark.Kind {
        switch self {
        case .clock: .clock
        case .translated, .oddSampleTime, .unreadableTime, .futureTime: .hint
        default: .unused
        }
    }
}

/// Something to know of what an instrument sends.
package struct IntakeRemark: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// Data were acknowledged and not used.
        case unused
        /// Data are used, but not as they stand.
        case hint
        /// The instrument's clock is off.
        case clock
    }

    package var kind: Kind
    package var text: BilingualText
    /// How often it was seen.
    package var count: Int
    package var last: WallInstant
}

/// What was said of the data of one instrument. Bounded, whatever the instrument sends.
struct IntakeRemarks: Sendable {
    /// Unwanted codes that are named.
    static let mostCodes = 32
    /// Commands that are named.
    static let mostCommands = 16
    /// What was not seen for this long is over: it is no longer shown, and is said again when it comes back.
    static let memory = Duration.seconds(25 * 3_600)

    private struct Entry: Sendable {
        let cause: IntakeCause
        var remark: IntakeRemark
    }

    private var entries: [Entry] = []
    private var news: [IntakeRemark] = []
    /// Unwanted codes as they were received, with what they are in the other edition.
    private(set) var codes: [String] = []
    private var furtherCodes = 0
    private var namedCodes: Set<String> = []
    private var commands: Set<CommandCode> = []

    /// What is said at present, in the order in which it was said first.
    func shown(at wall: WallInstant) -> [IntakeRemark] {
        entries.map(\.remark).filter { wall - $0.last <= Self.memory }
    }

    /// What was said since the last call.
    mutating func takeNews() -> [IntakeRemark] {
        defer { news = [] }
        return news
    }

    /// What is said of `cause`.
    subscript(cause: IntakeCause) -> BilingualText? { entries.first { $0.cause == cause }?.remark.text }

    /// Notes that `cause` was seen; `text` is asked for when that is news.
    mutating func note(_ cause: IntakeCause, at wall: WallInstant, text: () -> BilingualText) {
        guard let index = entries.firstIndex(where: { $0.cause == cause }) else {
            let remark = IntakeRemark(kind: cause.kind, text: text(), count: 1, last: wall)
            entries.append(Entry(cause: cause, remark: remark))
            return news.append(remark)
        }
        let isBack = wall - entries[index].remark.last > Self.memory
        entries[index].remark.count += 1
        entries[index].remark.last = wall
        if isBack { news.append(entries[index].remark) }
    }

    /// `cause` is over.
    mutating func end(_ cause: IntakeCause) { entries.removeAll { $0.cause == cause } }

    /// The instrument's clock is known now: what was found before, by taking it for right, is over.
    mutating func endWhatDependsOnClock() { entries.removeAll(where: \.cause.dependsOnClock) }

    /// Notes codes that nothing wants, each with what it is in the other edition.
    mutating func note(
        unwanted received: [(code: String, mapped: String?)], wanted: [String], at wall: WallInstant
    ) {
        var isNews = false
        for (code, mapped) in received where !namedCodes.contains(code) {
            guard codes.count < Self.mostCodes else {
                if furtherCodes == 0 { isNews = true }
                furtherCodes = min(furtherCodes + 1, 1_000_000)
                continue
            }
            namedCodes.insert(code)
            codes.append(CodeText.text(code, mapped: mapped))
            isNews = true
        }
        if isNews { entries.removeAll { $0.cause == .codes } }
        let (codes, isCut) = (codes, furtherCodes > 0)
        note(.codes, at: wall) { .unwanted(codes, isCut: isCut, wanted: wanted) }
    }

    /// Notes a command that carries no measurements; what is said of it.
    mutating func note(command: CommandCode, at wall: WallInstant) -> IntakeCause {
        guard commands.contains(command) || commands.count < Self.mostCommands else {
            note(.furtherCommands, at: wall) { .furtherCommands }
            return .furtherCommands
        }
        commands.insert(command)
        note(.command(command), at: wall) { .command(command) }
        return .command(command)
    }
}

/// Codes in sentences.
enum CodeText {
    /// Codes that a sentence names at most.
    private static let most = 8
    /// Bytes of a code that a sentence shows at most.
    private static let longest = 48

    /// `011 (w01018)`.
    static func text(_ code: String, mapped: String?) -> String {
        let shown = code.utf8.count <= longest ? code : String(code.prefix(longest / 4)) + "…"
        return mapped.map { "\(shown) (\($0))" } ?? shown
    }

    /// The first of `codes`, with `…` for more; `-` for none.
    static func list(_ codes: [String], isCut: Bool = false) -> String {
        guard !codes.isEmpty else { return "-" }
        return codes.prefix(most).joined(separator: ", ") + (codes.count > most || isCut ? ", …" : "")
    }
}
