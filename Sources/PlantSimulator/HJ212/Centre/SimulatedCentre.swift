package import Cipher
import Telemetry

/// A host platform that field machines connect to.
package struct SimulatedCentre: Sendable {
    /// For its requests to a field machine whose edition it has not seen; answers are in the edition of what they answer.
    package var edition = SimulatedEdition.hj2017
    package var password = "123456"
    /// Keys that are tried on encrypted frames.
    package var keys: [SM4Key] = []
    /// What it asks of the first field machine of each connection.
    package var requests: [CentreRequest] = []
    package var faults: [HJ212Fault] = []
    /// For faults that are wrong by chance.
    package var seed: UInt64 = 1
    /// How long an answer may take, and how often a request is repeated. Source: HJ 212-2017, table 1 (ADSL).
    package var patience = Duration.seconds(5)
    package var repeats = 3

    package init() {}
}

/// A request that a simulated centre makes of field machines.
package struct CentreRequest: Equatable, Sendable {
    package var command: String
    /// The data area; nil: what the command usually needs, such as the present time.
    package var data: String?
    /// After the first good frame of a connection.
    package var after: Duration
    /// Set: again and again.
    package var every: Duration?

    package init(_ command: String, data: String? = nil, after: Duration = .zero, every: Duration? = nil) {
        self.command = command
        self.data = data
        self.after = after
        self.every = every
    }

    /// `CN[:DATA][@AFTER[/EVERY]]`, times in seconds; nil when it is not. Such as `1062:RtdInterval=5@10`.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard words[0].utf8.count == 4, words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(String(words[0]), data: words.count == 2 ? String(words[1]) : nil)
        guard parts.count == 2 else { return }
        let times = parts[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
        let first = times[0] ?? -1
        let second = times.count == 2 ? times[1] ?? -1 : 1
        guard (0...86_400).contains(first), (1...86_400).contains(second) else { return nil }
        after = .seconds(first)
        every = times.count == 2 ? .seconds(second) : nil
    }

    /// The data area at the time `wall`.
    func data(at wall: WallInstant) -> String {
        if let data { return data }
        func text(_ instant: WallInstant) -> String { ZoneRules.china.civilTime(at: instant).compact }
        switch command {
        case "1000": return "OverTime=5;ReCount=3"
        case "1012": return "SystemTime=\(text(wall))"
        case "1062": return "RtdInterval=30"
        case "1064": return "MinInterval=1"
        case "2051": return "BeginTime=\(text(wall - .seconds(600)));EndTime=\(text(wall))"
        case "2061": return "BeginTime=\(text(wall - .seconds(86_400)));EndTime=\(text(wall))"
        case "2031", "2041": return "BeginTime=\(text(wall - .seconds(31 * 86_400)));EndTime=\(text(wall))"
        default: return ""
        }
    }
}
