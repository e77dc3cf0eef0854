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
        let round = BilingualText(
            "one round of \(requests) takes \(Self.rounded(load.round)) at \(serial.baud) baud",
            zh: "\(serial.baud) 波特时一轮 \(load.requests) 个请求需 \(Self.rounded(load.round))")
        let polls = Set(bus.devices.map(\.poll))
        let available: BilingualText
        let remedy: BilingualText
        if polls.count == 1, let poll = polls.first {
            available = .init("and comes every \(poll.readable)", zh: "而每 \(poll.readable) 轮询一次")
            let enough = Self.withRoom(load.round).readable
            remedy = .init("poll every \(enough) or more seldom", zh: "轮询间隔不小于 \(enough)")
        } else {
            let share = Self.percent(load.share)
            available = .init("and the polls ask for \(share) of the line's time", zh: "而轮询要占线路时间的 \(share)")
            let times = Self.times(load.share)
            remedy = .init("poll \(times) times more seldom", zh: "轮询间隔放大到 \(times) 倍")
        }
        let second = BilingualText(", or spread the devices over two lines", zh: "，或把设备分到两条线路")
        log.warning(
            at: entry.node(.serial)?["baud"]?.position ?? entry.position(of: .serial),
            .init("the polls do not fit on the line: ", zh: "轮询超出线路速率：") + round + .init(", ", zh: "，") + available,
            hint: remedy + fasterLine(for: bus, serial) + second)
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

    /// The advice to set the least speed at which the polls leave some room; empty where there is none.
    private func fasterLine(for bus: BusConfiguration, _ serial: SerialSettings) -> BilingualText {
        for baud in SerialSettings.bauds where baud > serial.baud {
            var faster = bus
            var settings = serial
            settings.baud = baud
            faster.transport = .serial(settings)
            if LineLoad(faster).share <= Self.fullShare {
                return .init(", or set `baud` to \(baud)", zh: "，或 `baud` 设为 \(baud)")
            }
        }
        return .init(verbatim: "")
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
