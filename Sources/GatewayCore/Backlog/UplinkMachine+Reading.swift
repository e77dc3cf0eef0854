import Telemetry

extension UplinkMachine {
    /// Reads come in batches of at least a quarter of the window, so that one acknowledgement does not cost one query.
    private var batch: Int { max(1, settings.window / 4) }
    /// What history may fill of the window; the rest is kept for live records.
    private var historyWindow: Int { max(1, settings.window - batch) }

    mutating func nextWhileConnected(at now: Uptime) -> UplinkStep {
        var wake = Uptime.never
        if let progress = inFlight.lastProgress {
            let limit = progress + settings.acknowledgementTimeout
            guard now < limit else {
                link = .dropping
                return .drop(.unacknowledged)
            }
            wake = limit
        }
        if let pause = readPause {
            guard now >= pause else { return .wait(until: min(wake, pause)) }
            readPause = nil
        }
        if let sequence = setAside.takeDue(at: now) {
            historyPosition = min(historyPosition, sequence - 1)
        }
        if livePosition < head {
            // A full window empties by acknowledgements; history does not go before what is live.
            return liveRead().map(UplinkStep.read) ?? .wait(until: wake)
        }
        switch historyRead(at: now) {
        case .now(let request): return .read(request)
        case .notBefore(let moment): return .wait(until: min(wake, moment))
        case .none: return .wait(until: min(wake, setAside.nextDue ?? .never))
        }
    }

    private func liveRead() -> UplinkRead? {
        let free = settings.window - inFlight.count
        guard free > 0, Int64(free) >= min(Int64(batch), head - livePosition) else { return nil }
        return UplinkRead(lane: .live, after: livePosition, through: head, limit: free)
    }

    private enum HistoryRead {
        case now(UplinkRead)
        case notBefore(Uptime)
        case none
    }

    private mutating func historyRead(at now: Uptime) -> HistoryRead {
        guard let range = nextHistoryRange() else { return .none }
        guard now >= historyStart else { return .notBefore(historyStart) }
        let free = min(settings.window - inFlight.count, historyWindow - inFlight.count(of: .history))
        let wanted = Int(min(Int64(max(1, historyWindow / 4)), Int64(range.count)))
        guard free >= wanted else { return .notBefore(.never) }
        historyBucket.refill(at: now)
        let ready = historyBucket.moment(of: wanted)
        guard now >= ready else { return .notBefore(ready) }
        let limit = min(free, historyBucket.available)
        return .now(
            UplinkRead(lane: .history, after: range.lowerBound - 1, through: range.upperBound, limit: max(1, limit)))
    }

    /// The oldest stretch that is owed, not in flight and not set aside.
    private mutating func nextHistoryRange() -> ClosedRange<Int64>? {
        while let range = ledger.owed(after: historyPosition, through: livePosition) {
            let excluded = (inFlight.sequences(in: range) + setAside.sequences(in: range)).sorted()
            var start = range.lowerBound
            for sequence in excluded {
                if sequence > start { return start...(sequence - 1) }
                start = sequence + 1
            }
            if start <= range.upperBound { return start...range.upperBound }
            historyPosition = range.upperBound
        }
        return nil
    }
}
