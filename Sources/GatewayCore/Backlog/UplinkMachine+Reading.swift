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
        if trial != nil { return .wait(until: wake) }
        if let request = retry(at: now) { return .read(request) }
        // What is due and has no room waits for an acknowledgement, not for a moment that is past.
        if let due = refusals.nextDue(solitary: false), due > now { wake = min(wake, due) }
        if refusals.isFull {
            if now < probeAt { return .wait(until: min(wake, probeAt)) }
            if inFlight.count > 0 { return .wait(until: wake) }
        }
        if isTrialDue(at: now), inFlight.acknowledgedOnConnection > 0 {
            // Others went through just now; the suspect waits until it is alone.
            return beginTrial(at: now).map(UplinkStep.read) ?? .wait(until: wake)
        }
        if livePosition < head {
            // A full window empties by acknowledgements; history does not go before what is live.
            return liveRead().map(UplinkStep.read) ?? .wait(until: wake)
        }
        switch historyRead(at: now) {
        case .now(let request): return .read(request)
        case .notBefore(let moment): return .wait(until: min(wake, moment))
        case .none:
            if isTrialDue(at: now) { return beginTrial(at: now).map(UplinkStep.read) ?? .wait(until: wake) }
            return .wait(until: min(wake, setAside.nextDue ?? .never, refusals.nextDue(solitary: true) ?? .never))
        }
    }

    /// A refused record whose pause is over.
    private mutating func retry(at now: Uptime) -> UplinkRead? {
        guard refusals.count > 0, inFlight.count < settings.window,
            let sequence = refusals.takeDue(at: now, solitary: false)
        else { return nil }
        return UplinkRead(lane: .history, after: sequence - 1, through: sequence, limit: 1)
    }

    private func isTrialDue(at now: Uptime) -> Bool {
        refusals.nextDue(solitary: true).map { $0 <= now } ?? false
    }

    /// Publishes a record that the broker seems to hang up on, alone; nil while others are in flight.
    private mutating func beginTrial(at now: Uptime) -> UplinkRead? {
        guard inFlight.count == 0, let sequence = refusals.takeDue(at: now, solitary: true) else { return nil }
        trial = (sequence, now)
        return UplinkRead(lane: .history, after: sequence - 1, through: sequence, limit: 1)
    }

    private func liveRead() -> UplinkRead? {
        let free = settings.window - inFlight.count
        guard free > 0, Int64(free) >= min(Int64(batch), head - livePosition) else { return nil }
        return UplinkRead(lane: .live, after: livePosition, through: head, limit: refusals.isFull ? 1 : free)
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
        let limit = refusals.isFull ? 1 : min(free, historyBucket.available)
        return .now(
            UplinkRead(lane: .history, after: range.lowerBound - 1, through: range.upperBound, limit: max(1, limit)))
    }

    /// The oldest stretch that is owed, not in flight, not refused just now and not set aside.
    private mutating func nextHistoryRange() -> ClosedRange<Int64>? {
        while let range = ledger.owed(after: historyPosition, through: livePosition) {
            let excluded =
                (inFlight.sequences(in: range) + setAside.sequences(in: range) + refusals.sequences(in: range)).sorted()
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
