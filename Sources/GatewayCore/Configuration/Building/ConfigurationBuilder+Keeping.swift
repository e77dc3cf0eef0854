import Protocol
import Telemetry

extension ConfigurationBuilder {
    /// What of `gateway` says how long and how much the journal keeps.
    func readKeeping(_ section: MappingReader<GatewayKey>, into keeping: inout KeepingSettings) {
        if let time = section.optional(.keepRaw, .keepingTime) {
            keeping.keepsRaw = true
            if case .days(let days) = time { keeping.days[.evidence] = days }
        }
        keeping.maximumBytes = section.optional(.journalLimit, .size(in: 10...100_000_000))
        section.read(.keepFree, .size(in: 0...1_000_000), into: &keeping.minimumFreeBytes)
        guard let retention = section.mapping(.retention, RetentionKey.self) else { return }
        for key in RetentionKey.allCases {
            guard let kind = RecordKind(rawValue: key.rawValue) else { continue }
            switch retention.optional(key, .keepingTime) {
            case .days(let days):
                keeping.days[kind] = days
                warnOfLaw(retention, key, days)
            case .forever: keeping.days[kind] = nil
            case nil: break
            }
        }
    }

    private func warnOfLaw(_ retention: MappingReader<RetentionKey>, _ key: RetentionKey, _ days: Int) {
        guard [.minute, .hour, .day].contains(key), days < KeepingSettings.lawfulDays else { return }
        retention.warning(
            key, .init("monitoring records are to be kept for at least five years", zh: "监测记录至少应保存五年"),
            hint: .init("5y, unless they are kept elsewhere", zh: "写 5y，除非另有保存"))
    }
}

extension GatewayConfiguration {
    /// Has every source keep what its records rest on.
    mutating func keepRaw(_ isKept: Bool) {
        for bus in buses.indices {
            for device in buses[bus].devices.indices { buses[bus].devices[device].keepsAnswers = isKept }
        }
        for instrument in instruments.indices { instruments[instrument].keepsFrames = isKept }
    }
}
