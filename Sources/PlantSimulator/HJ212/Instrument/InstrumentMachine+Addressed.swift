import Telemetry

extension InstrumentMachine {
    /// Answers a question of the addressed dialect: 2013 values, 2023 states, 1073 parameters. Silent for other stations,
    /// other commands and unasked. Source: the dialect is a vendor's; keys as in its public drivers.
    mutating func answerPoll(_ frame: IncomingFrame, _ bytes: [UInt8], at time: PeerTime) {
        guard FrameCutter.address(of: bytes) == monitor.station, !isSilent(at: time) else { return }
        requests += 1
        let items: [String]
        switch frame.command {
        case "2013": items = pollValues(at: time)
        case "2023": items = ["SB1-InstrState=0", "SB1-Ala=0"]
        case "1073":
            items = monitor.factors.flatMap { ["\($0.code)-CurrZero=0.012", "\($0.code)-DemCoeff=1.000"] }
        default: return
        }
        sent += 1
        let fields = [
            ("QN", frame.qn ?? ""), ("ST", monitor.st), ("CN", frame.command), ("PW", frame["PW"] ?? password),
            ("MN", monitor.mn), ("Flag", "0"),
        ]
        wire.send(OutgoingFrame(fields, items: items), at: time.now)
    }

    private func pollValues(at time: PeerTime) -> [String] {
        ["DataTime=\(ZoneRules.china.civilTime(at: clock(time)).compact)"]
            + zip(monitor.factors, values(at: time.now)).map { factor, value in
                "\(factor.code)-Rtd=\(fixedPoint(value, decimals: factor.decimals)),\(factor.code)-CurrZero=0.012"
            }
    }
}

extension InstrumentMachine {
    var summary: [String] {
        [
            "instrument \(monitor.mn), edition \(monitor.edition.rawValue): \(sent) uploads, \(answered) answered, "
                + "\(abandoned) given up, \(pending.count) waiting",
            "frames: \(wire.sent) sent, \(wire.received) received, \(wire.refused) not understood; "
                + "\(requests) requests of the host",
        ]
    }
}
