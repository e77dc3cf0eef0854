import Cipher
import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// The two sessions talk to each other over a line that loses, repeats and cuts what is sent: a field machine towards a
/// centre, and the host of instruments in the centre's place.
@Suite struct BothSidesTests {
    private static let mn = "010000A8900016F000169DC0"

    /// What is on its way, in order; each entry arrives whole or in pieces, once, twice or not at all.
    private struct Wire {
        var bytes: [[UInt8]] = []
        var loss: Double

        mutating func put(_ frame: [UInt8], _ random: inout SeededGenerator) {
            if Double.random(in: 0..<1, using: &random) < loss { return }
            bytes.append(frame)
            if Double.random(in: 0..<1, using: &random) < loss / 2 { bytes.append(frame) }
        }

        mutating func take(_ random: inout SeededGenerator) -> [[UInt8]] {
            defer { bytes = [] }
            return bytes.flatMap { frame -> [[UInt8]] in
                let cut = Int.random(in: 0...frame.count, using: &random)
                return [Array(frame[..<cut]), Array(frame[cut...])].filter { !$0.isEmpty }
            }
        }
    }

    private struct Pair {
        var field: CentreSession
        var host: InstrumentHost
        var up: Wire
        var down: Wire
        var random = SeededGenerator()
        var now = Uptime.zero
        /// Data times that reached the host, and how often.
        var arrived: [CivilTime: Int] = [:]
        var delivered: [UInt64: Int] = [:]
        var again: [UInt64] = []
        var reports: [OrderReport] = []

        init(_ edition: Edition, loss: Double, key: String?) throws {
            var configuration = CentreConfiguration(edition: edition, st: "31", restart: HostOnOneLine.epoch)
            configuration.heartbeatInterval = .seconds(20)
            let created = HostOnOneLine.epoch
            let centreKey = key.flatMap { CentreKey(Secret(FieldText($0)), createdAt: created) }
            field = CentreSession(
                configuration, settings: CentreSettings(mn: FieldText(BothSidesTests.mn), password: "123456"),
                key: centreKey)
            var settings = HostSettings()
            if let key, let cipher = SM4Key(key.utf8) { settings.keys.add(cipher, for: BothSidesTests.mn) }
            var device = InstrumentDevice(mn: BothSidesTests.mn)
            device.reCount = 10
            host = InstrumentHost(devices: [device], settings: settings)
            up = Wire(loss: loss)
            down = Wire(loss: loss)
            host.opened(1)
            take(field.connected(at: now, civil: civil))
        }

        var civil: CivilTime { HostOnOneLine.civil(at: now) }

        mutating func upload(_ id: UInt64, isBackfill: Bool = false) {
            let time = CivilTime(localMilliseconds: HostOnOneLine.epoch.localMilliseconds + Int64(id) * 60_000)
            // So many factors that some messages must be split.
            let factors = (0..<Int(1 + id % 40)).map { index in
                DataRecord.Factor(
                    FieldText("a\(21000 + index)"), [.init("Avg", FieldText("\(id).\(index)")), .init("Flag", "N")])
            }
            let record = DataRecord(.minute, at: time, factors)
            take(field.upload(id, .data(record), isBackfill: isBackfill, at: now, civil: civil))
        }

        mutating func order(_ request: HostRequest) -> Bool {
            guard let order = host.order(request, ofDevice: 0, at: now, civil: civil) else { return false }
            take(order.events)
            return true
        }

        /// Half a second goes by.
        mutating func step() {
            now = now + .milliseconds(500)
            for bytes in up.take(&random) { take(host.receive(bytes, on: 1, at: now, civil: civil)) }
            for bytes in down.take(&random) { take(field.receive(bytes, at: now, civil: civil)) }
            take(host.tick(at: now, civil: civil))
            take(field.tick(at: now, civil: civil))
            if field.link == .dead {
                take(field.disconnected(at: now, civil: civil))
                take(field.connected(at: now, civil: civil))
            }
        }

        private mutating func take(_ actions: [CentreSession.Action]) {
            for action in actions {
                switch action {
                case .send(let bytes): up.put(bytes, &random)
                case .delivered(let id): delivered[id, default: 0] += 1
                case .notDelivered(let id): again.append(id)
                case .execute(let id, _):
                    take(field.complete(id, result: .success, data: [], at: now, civil: civil))
                default: break
                }
            }
        }

        private mutating func take(_ events: [HostEvent]) {
            for event in events {
                switch event {
                case .send(let bytes, _): down.put(bytes, &random)
                case .upload(let upload, _):
                    if let time = upload.dataTime { arrived[time, default: 0] += 1 }
                case .done(let report): reports.append(report)
                default: break
                }
            }
        }
    }

    static let links: [(Edition, Double, String?)] = [
        (.hj2005, 0, nil), (.hj2017, 0, nil), (.hj2025, 0, "0123456789abcdef"), (.hj2005, 0.1, nil),
        (.hj2017, 0.1, nil),
        (.hj2025, 0.1, nil), (.hj2025, 0.1, "0123456789abcdef"), (.hj2017, 0.3, nil),
    ]

    @Test("Every record arrives, and is known to have arrived, whatever the line does", arguments: links)
    func everythingArrives(edition: Edition, loss: Double, key: String?) throws {
        var pair = try Pair(edition, loss: loss, key: key)
        let count: UInt64 = 60
        for id in 1...count {
            pair.upload(id)
            pair.step()
        }
        for _ in 0..<4_000 where pair.delivered.count < Int(count) {
            pair.step()
            let again = pair.again
            pair.again = []
            for id in again { pair.upload(id, isBackfill: true) }
        }
        #expect(pair.delivered.count == Int(count), "\(pair.random)")
        #expect(pair.delivered.values.allSatisfy { $0 == 1 }, "\(pair.random)")
        #expect(pair.arrived.count == Int(count), "\(pair.random)")
        if loss == 0 {
            #expect(pair.arrived.values.allSatisfy { $0 == 1 }, "\(pair.random)")
            #expect(pair.host.counters.duplicates == 0)
        }
        #expect(pair.host.counters.defects.isEmpty, "\(pair.random)")
        if key != nil { #expect(pair.host.counters.decrypted > 0) }
    }

    @Test("Every order ends, most of them well, whatever the line does", arguments: links)
    func ordersEnd(edition: Edition, loss: Double, key: String?) throws {
        var pair = try Pair(edition, loss: loss, key: key)
        pair.upload(1)
        for _ in 0..<10 { pair.step() }
        let requests: [HostRequest] = [
            .getTime(factor: nil), .getRealtimeInterval, .setRealtimeInterval(seconds: 60),
            .sampleNow(factor: "a21026"),
            .stopRealtime, .startRealtime, .calibrate(factor: "a21026", edition == .hj2025 ? .zero : nil),
        ]
        var given = 0
        for request in requests where pair.order(request) { given += 1 }
        for _ in 0..<3_000 where pair.reports.count < given { pair.step() }
        #expect(pair.reports.count == given, "\(pair.random)")
        #expect(Set(pair.reports.map(\.id)).count == given, "\(pair.random)")
        if loss == 0 {
            #expect(pair.reports.allSatisfy { $0.outcome == .finished(.success) }, "\(pair.reports)")
            #expect(pair.reports.first?.messages.count == 1)
        }
    }
}
