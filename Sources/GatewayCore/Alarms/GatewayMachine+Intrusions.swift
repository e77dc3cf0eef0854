import Alarms
package import Telemetry

/// Rule D13: strangers at the lines that instruments connect to.
extension GatewayMachine {
    /// What is going on at the line that `instrument` is the first of; told every few seconds. What is not told is over.
    package mutating func judgeIntrusions(
        instrument: Int, _ reports: [IntrusionWatch.Report], at now: Uptime, wall: WallInstant
    ) -> [Action] {
        var actions: [Action] = []
        let moment = Moment(wall: wall, uptime: now)
        for (kind, place) in health.intrusionPlaces[instrument] {
            let report = reports.first { $0.kind == kind && $0.isAlarm }
            if report != nil || !alarms.desk.isNormal(at: place) {
                let verdict = report.map { GatewayHealth.intrusion($0.reason, count: $0.count, isGrave: $0.isGrave) }
                tell(alarms.desk.judge(verdict ?? .clear, at: place, now: moment), at: wall, to: &actions)
            }
            guard let report, let count = report.audited else { continue }
            let line = configuration.instruments[instrument].id
            actions.append(
                .journal(
                    event(
                        "hj212-\(kind.rawValue)",
                        [
                            .init("instrument", line), .init("addresses", report.hosts), .init("count", String(count)),
                            .init("mn", report.mn ?? "-"),
                        ], at: wall)))
        }
        return actions
    }
}

extension IntrusionWatch.Report {
    /// Whether somebody may be kept out, or mix in.
    fileprivate var isGrave: Bool { kind != .refused }

    /// In words.
    fileprivate var reason: BilingualText {
        switch kind {
        case .refused:
            .init("\(count) frames refused, from \(hosts)", zh: "拒收 \(count) 条报文，来自 \(hosts)")
        case .turnedAway:
            .init(
                "\(count) connections turned away, as all places are taken: \(hosts)",
                zh: "连接数已满，\(count) 个连接被拒绝：\(hosts)")
        case .secondPeer:
            .init(
                "MN \(mn ?? "-") is sent from a second address, while the first is connected: \(hosts)",
                zh: "MN \(mn ?? "-") 在首个地址仍连接时由第二个地址发送：\(hosts)")
        }
    }
}
