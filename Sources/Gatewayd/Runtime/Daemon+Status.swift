import GatewayCore
import HostSystem
import JSON
import Protocol
import Telemetry
import TelemetryStore

extension Daemon {
    /// The reply to one line at the control socket.
    func answer(_ request: String) -> [UInt8] {
        log.debug("control request", [LogField("request", Self.shown(request))])
        switch request {
        case "json": return report.json
        case "table": return table(in: .en)
        case "table zh": return table(in: .zh)
        default:
            let order = try? JSONValue(parsing: Array(request.utf8))
            let reply = order.flatMap {
                orders.answer($0) ?? alarms.answer($0) ?? reads.answer($0) ?? MarkDesk.answer($0, core: core, log: log)
                    ?? answer(reload: $0)
            }
            return reply ?? Array("unknown request\n".utf8)
        }
    }

    private func table(in language: Language) -> [UInt8] {
        let lines = report(alarmsIn: language).table(in: language)
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// What is asked for, without what it says: that may be a secret.
    private static func shown(_ request: String) -> String {
        guard case .object(let members)? = try? JSONValue(parsing: Array(request.utf8)) else { return request }
        return members.map(\.key).joined(separator: ", ")
    }

    var report: StatusReport { report(alarmsIn: nil) }

    /// The report, told in `language`; nil: its alarms in the one of the configuration, all else in English.
    private func report(alarmsIn language: Language?) -> StatusReport {
        let words = language ?? .en
        let parts = parts.current
        let wall = SystemClock.wall
        let now = SystemClock.uptime
        let statistics = journal.statistics
        let (outlets, alarms, held, intake, response) = core.look {
            (
                $0.outletStatus(at: now, wall: wall), $0.activeAlarms(at: wall, in: language), $0.heldAlarms,
                $0.intakeStatus,
                $0.response(at: wall)
            )
        }
        var report = StatusReport(
            gateway: parts.configuration.gateway.id, version: programVersion, since: since, at: wall,
            civil: zone.civilTime(at: wall), isClockSynchronised: ClockQuality.current.isSynchronised,
            memoryBytes: MemoryUsage.residentBytes ?? 0,
            journal: .init(
                head: journal.committedHead, pending: statistics.pendingRows, dropped: statistics.dropped,
                lastError: statistics.lastError.map { words($0.text) }),
            intake: intake,
            uplinks: parts.uplinks.map { uplink in
                let statistics = uplink.runner.statistics
                return .init(
                    id: uplink.configuration.id, isConnected: statistics.isConnected,
                    version: statistics.version?.rawValue, owed: Int(clamping: statistics.owed),
                    inFlight: statistics.inFlight, acknowledged: statistics.acknowledgedTotal,
                    refused: statistics.refusedTotal, setAside: statistics.setAside.count,
                    unpublished: Self.refusals(statistics.unpublished, words),
                    unsubscribed: Self.refusals(statistics.unsubscribed, words), answersLost: statistics.answersLost,
                    lastError: statistics.lastError.map { words($0.text) })
            },
            sources: parts.buses.flatMap { status(of: $0, words) } + parts.lines.flatMap { status(of: $0, words) },
            outlets: outlets,
            alarms: alarms,
            heldAlarms: held, response: response)
        report.lines = parts.lines.map { line in
            let (strangers, problem) = line.handler.strangers
            return StatusReport.Line(
                line: line.handler.address, frames: strangers.frames, defects: strangers.defects,
                bytes: strangers.bytes, lastError: problem.map { words($0) })
        }
        return report
    }

    private static func refusals(_ topics: [String: BilingualText], _ words: Language) -> [StatusReport.RefusedTopic] {
        topics.sorted { $0.key < $1.key }.map { .init(topic: $0.key, reason: words($0.value)) }
    }

    private func status(of bus: BusRunner, _ words: Language) -> [StatusReport.Source] {
        let hint = bus.oddities.map { words($0.hint(on: bus.medium)) }.joined(separator: "; ")
        return zip(bus.configuration.devices, bus.statistics).enumerated().map { device, entry in
            let (configuration, statistics) = entry
            let (isSilent, reason) = core.look { machine in
                bus.place.index.map {
                    (machine.isSilent(bus: $0, device: device), machine.reasonOfSilence(bus: $0, device: device))
                } ?? (false, nil)
            }
            var source = StatusReport.Source(
                id: configuration.id, line: bus.configuration.id,
                successes: Int(statistics.polls - statistics.failedPolls), failures: Int(statistics.failedPolls),
                missed: Int(statistics.missedSlots),
                isSilent: isSilent, lastError: (statistics.troubleWords ?? reason).map { words($0) })
            // Of the line, and so told once.
            if device == 0, !hint.isEmpty { source.hint = hint }
            return source
        }
    }

    private func status(of line: RunningParts.InstrumentsOfLine, _ words: Language) -> [StatusReport.Source] {
        let wall = SystemClock.wall
        return line.handler.instruments.indices.map { device in
            let statistics = line.handler.statistics(ofDevice: device)
            let (isSilent, reason, remarks) = core.look { machine -> (Bool, BilingualText?, [IntakeRemark]) in
                guard let index = line.handler.places[device].index else { return (false, nil, []) }
                let isSilent = machine.isSilent(instrument: index)
                let reason = isSilent ? machine.reasonOfSilence(ofInstrument: index, at: SystemClock.uptime) : nil
                return (isSilent, reason, machine.remarks(ofInstrument: index, at: wall))
            }
            // What a remark says already is not said twice.
            let isRemark = remarks.contains { $0.text == reason }
            var source = StatusReport.Source(
                id: line.handler.instruments[device].id, line: "HJ 212", successes: statistics.frames,
                failures: statistics.failures, missed: 0, isSilent: isSilent,
                lastError: (statistics.problem ?? (isRemark ? nil : reason)).map { words($0) })
            source.remarks = remarks
            return source
        }
    }
}
