import Telemetry
import Testing

@testable import Protocol

/// A session with a clock that is moved by hand, and the ways to talk to it.
struct CentreBench {
    var session: CentreSession
    var now = Uptime.zero + .seconds(1_000)
    /// The civil time at `Uptime.zero`.
    var epoch = MessageSamples.time("20240601080000").localMilliseconds

    static let mn = "010000A8900016F000169DC0"

    init(_ edition: Edition = .hj2017, change: (inout CentreConfiguration, inout CentreSettings) -> Void = { _, _ in })
    {
        var configuration = CentreConfiguration(
            edition: edition, st: "32", restart: MessageSamples.time("20240601075500"))
        var settings = CentreSettings(mn: FieldText(Self.mn), password: "123456")
        change(&configuration, &settings)
        session = CentreSession(configuration, settings: settings)
    }

    var civil: CivilTime { CivilTime(localMilliseconds: epoch + now.nanoseconds / 1_000_000) }

    mutating func connect() -> [CentreSession.Action] { session.connected(at: now, civil: civil) }

    /// Connects, and the host acknowledges the report of the start.
    mutating func open() {
        for segment in Self.sent(connect()) { _ = answer(segment) }
    }

    mutating func disconnect() -> [CentreSession.Action] { session.disconnected(at: now, civil: civil) }

    mutating func receive(_ segment: String) -> [CentreSession.Action] { receive(framed(segment)) }

    mutating func receive(_ bytes: [UInt8]) -> [CentreSession.Action] {
        session.receive(bytes, at: now, civil: civil)
    }

    /// A request with the header of the bench's station.
    mutating func request(
        _ command: Int, _ area: String = "", qn: String = "20240601085857223", flag: Int? = nil
    ) -> [CentreSession.Action] {
        receive(Self.segment(command, area, qn: qn, flag: flag ?? Int(session.configuration.edition.flag.rawValue | 1)))
    }

    static func segment(
        _ command: Int, _ area: String, qn: String = "20240601085857223", st: String = "32", pw: String = "123456",
        mn: String = mn, flag: Int = 5
    ) -> String {
        "QN=\(qn);ST=\(st);CN=\(command);PW=\(pw);MN=\(mn);Flag=\(flag);CP=&&\(area)&&"
    }

    mutating func upload(
        _ id: UInt64, _ message: FieldMessage? = nil, isBackfill: Bool = false
    ) -> [CentreSession.Action] {
        session.upload(
            id, message ?? Self.record(id), isBackfill: isBackfill, at: now, civil: civil)
    }

    static func record(_ id: UInt64, factors: Int = 1) -> FieldMessage {
        .data(
            DataRecord(
                .minute, at: MessageSamples.noon,
                (0..<factors).map { index in
                    DataRecord.Factor(
                        FieldText("w\(10_000 + index)"), [DataRecord.Value("Avg", FieldText(String(id)))])
                }))
    }

    mutating func pass(_ time: Duration) -> [CentreSession.Action] {
        now = now + time
        return session.tick(at: now, civil: civil)
    }

    /// The host's answer to a segment of the session.
    mutating func answer(_ segment: String) -> [CentreSession.Action] {
        guard let answer = Packet(segment: Array(segment.utf8)[...]).hostAnswer,
            let frame = FrameEncoder.frame(answer)
        else { return [] }
        return receive(frame)
    }

    /// The segments that are sent, in order; every one must be well framed.
    static func sent(_ actions: [CentreSession.Action]) -> [String] {
        actions.compactMap { action in
            guard case .send(let bytes) = action else { return nil }
            return scan(bytes).first?.frame.map { String(decoding: $0.segment, as: UTF8.self) } ?? "not a frame"
        }
    }

    /// What stands between `CN=` and the next `;` of each, then the data area.
    static func brief(_ actions: [CentreSession.Action]) -> [String] {
        sent(actions).map { segment in
            let packet = Packet(segment: Array(segment.utf8)[...])
            return "\(packet["CN"]?.text ?? "") \(String(decoding: packet.cp.bytes, as: UTF8.self))"
        }
    }

    /// All but what is sent.
    static func told(_ actions: [CentreSession.Action]) -> [CentreSession.Action] {
        actions.filter { if case .send = $0 { false } else { true } }
    }
}
