import Telemetry

extension ConfigurationBuilder {
    /// Tells of polls that the speed of the line does not allow.
    func checkLoad(of bus: BusConfiguration, _ entry: MappingReader<BusKey>) {
        // A speed or a poll that could not be read is not the one that is meant.
        guard log.hasNoErrors else { return }
        let load = LineLoad(bus)
        guard load.share > 1 else { return }
        guard case .serial(let serial) = bus.transport else { return warnOfPauses(load, of: bus, entry) }
        let requests = load.requests == 1 ? "1 request" : "\(load.requests) requests"
        let round = "one round of \(requests) takes \(Self.rounded(load.round)) at \(serial.baud) baud"
        let polls = Set(bus.devices.map(\.poll))
        let available: String
        let remedy: String
        if polls.count == 1, let poll = polls.first {
            available = "and comes every \(poll.readable)"
            remedy = "poll every \(Self.withRoom(load.round).readable) or more seldom"
        } else {
            available = "and the polls ask for \(Self.percent(load.share)) of the line's time"
            remedy = "poll \(Self.times(load.share)) times more seldom"
        }
        log.warning(
            at: entry.node(.serial)?["baud"]?.position ?? entry.position(of: .serial),
            "the polls do not fit on the line: \(round), \(available)",
            hint: ProblemText(
                english: ([remedy] + fasterLine(for: bus, serial) + ["or spread the devices over two lines"])
                    .joined(separator: ", ")))
    }

    /// On a network it is the stated pauses that leave no time.
    private func warnOfPauses(_ load: LineLoad, of bus: BusConfiguration, _ entry: MappingReader<BusKey>) {
        let gap = bus.requestGap.readable
        let most = bus.devices.map(\.poll).max() ?? load.round
        entry.warning(
            .requestGap,
            .init(
                "the polls do not fit: \(load.requests) requests with \(gap) behind each take \(Self.rounded(load.round))",
                zh: "轮询放不下：\(load.requests) 个请求，每个之后间隔 \(gap)，一轮需 \(Self.rounded(load.round))"),
            hint: .init(
                "poll every \(max(Self.withRoom(load.round), most).readable) or more seldom, or shorten it",
                zh: "轮询间隔不小于 \(max(Self.withRoom(load.round), most).readable)，或缩短此间隔"))
    }

    /// The least speed at which the polls leave some room.
    private func fasterLine(for bus: BusConfiguration, _ serial: SerialSettings) -> [String] {
        for baud in SerialSettings.bauds where baud > serial.baud {
            var faster = bus
            var settings = serial
            settings.baud = baud
            faster.transport = .serial(settings)
            if LineLoad(faster).share <= Self.fullShare { return ["or set `baud` to \(baud)"] }
        }
        return []
    }

    /// A line that is busier than this has no room for repetitions.
    private static let fullShare = 0.8

    /// `round` with room for repetitions, as somebody would write it.
    private static func withRoom(_ round: Duration) -> Duration {
        let milliseconds = Int64((round / .milliseconds(1) / fullShare).rounded(.up))
        let step: Int64 = milliseconds < 1_000 ? 100 : 1_000
        return .milliseconds((milliseconds + step - 1) / step * step)
    }

    private static func rounded(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(tenths(seconds)) s"
    }

    private static func times(_ share: Double) -> String { tenths((share / fullShare * 10).rounded(.up) / 10) }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    private static func tenths(_ number: Double) -> String { plain((number * 10).rounded() / 10) }
}
