import Telemetry

extension InstrumentMachine {
    /// The standards allow a data area 950 bytes, but with a full header that makes a segment longer than its 1024.
    private static let dataLimit = 900

    // MARK: What is said

    func dataTime(_ wall: WallInstant) -> [UInt8] {
        Array("DataTime=\(ZoneRules.china.civilTime(at: wall).compact)".utf8)
    }

    /// The items of realtime data.
    func realtime(_ values: [Double], at time: PeerTime) -> [[UInt8]] {
        let items = zip(monitor.factors, values).map { factor, value in
            Array("\(factor.code)-Rtd=\(fixedPoint(value, decimals: factor.decimals)),\(factor.code)-Flag=N".utf8)
        }
        return [dataTime(clock(time))] + items
    }

    /// The items of a period's data. In the 2005 edition marks belong to realtime data only.
    func statistics(of period: InstrumentMemory.Period) -> [[UInt8]] {
        let items = monitor.factors.enumerated().map { index, factor in
            let statistics = period.factors[index]
            let parts = [("Min", statistics.least), ("Avg", period.mean(of: index)), ("Max", statistics.greatest)]
            let numbers = parts.map { "\(factor.code)-\($0.0)=\(fixedPoint($0.1, decimals: factor.decimals))" }
            let mark = monitor.edition == .hj2005 ? [] : ["\(factor.code)-Flag=N"]
            return Array((numbers + mark).joined(separator: ",").utf8)
        }
        return [dataTime(period.start)] + items
    }

    // MARK: Sending

    /// Sends data in as many packets as it needs.
    mutating func upload(_ command: String, items: [[UInt8]], at time: PeerTime) {
        for packet in packets(command, items) { send(packet, at: time, isHistory: false) }
    }

    /// Sends a message that wants a 9013.
    mutating func notify(_ command: String, at time: PeerTime) {
        let qn = nextNumber(at: time)
        let frame = OutgoingFrame([
            ("QN", qn), ("ST", monitor.st), ("CN", command), ("PW", password), ("MN", monitor.mn),
            ("Flag", "\(monitor.edition.flag | 1)"),
        ])
        dispatch(frame, qn: qn, at: time, isHistory: false, isAnswered: true)
    }

    /// `items` (DataTime first) in packets that are no longer than a packet may be. Each begins with DataTime, and no
    /// factor is torn. Source: HJ 212-2017, examples C.47 to C.50.
    mutating func packets(_ command: String, _ items: [[UInt8]]) -> [Packet] {
        guard let first = items.first else { return [] }
        if wire.writer.plan.strikes(.oversize) { return [Packet(command: command, items: padded(items))] }
        let factors = items.dropFirst()
        let isTorn = factors.count > 1 && wire.writer.plan.strikes(.split)
        let most = isTorn ? (factors.count + 1) / 2 : .max
        var groups: [[[UInt8]]] = [[first]]
        for factor in factors {
            let last = groups[groups.count - 1]
            let size = last.reduce(factor.count) { $0 + $1.count + 1 }
            if last.count > most || (last.count > 1 && size > Self.dataLimit) { groups.append([first]) }
            groups[groups.count - 1].append(factor)
        }
        return groups.enumerated().map { index, group in
            Packet(command: command, items: group, place: groups.count > 1 ? (groups.count, index + 1) : nil)
        }
    }

    /// `items` and as many factors that nobody knows as make the segment too long.
    private func padded(_ items: [[UInt8]]) -> [[UInt8]] {
        var items = items
        var size = items.reduce(0) { $0 + $1.count + 1 }
        var number = 1
        while size <= 1_024 {
            let code = "z" + paddedDecimal(number, width: 5)
            items.append(Array("\(code)-Rtd=0.00,\(code)-Flag=N".utf8))
            size += 1 + (items.last?.count ?? 0)
            number += 1
        }
        return items
    }

    mutating func send(_ packet: Packet, at time: PeerTime, isHistory: Bool) {
        let qn = nextNumber(at: time)
        sent += 1
        dispatch(
            OutgoingFrame(fields(of: packet, qn: qn), items: packet.items), qn: qn, at: time, isHistory: isHistory,
            isAnswered: monitor.asksForAnswers)
    }

    /// The header of an upload. The 2005 edition has QN and Flag only for what they are needed for.
    private func fields(of packet: Packet, qn: String) -> [(String, String)] {
        let isBare = monitor.edition == .hj2005 && !monitor.asksForAnswers
        let flag = monitor.edition.flag | (monitor.asksForAnswers ? 1 : 0) | (packet.place == nil ? 0 : 2)
        var fields = isBare ? [] : [("QN", qn)]
        fields += [("ST", monitor.st), ("CN", packet.command), ("PW", password), ("MN", monitor.mn)]
        if !isBare || packet.place != nil { fields.append(("Flag", "\(flag)")) }
        if let place = packet.place { fields += [("PNUM", "\(place.count)"), ("PNO", "\(place.number)")] }
        return fields
    }

    private mutating func dispatch(
        _ frame: OutgoingFrame, qn: String, at time: PeerTime, isHistory: Bool, isAnswered: Bool
    ) {
        wire.send(frame, at: time.now)
        guard isAnswered else { return }
        if pending.count >= Self.pendingLimit, let oldest = pending.firstIndex(where: { !$0.isHistory }) {
            pending.remove(at: oldest)
            abandoned += 1
        }
        pending.append(Pending(qn: qn, frame: frame, sent: time.now, isHistory: isHistory))
    }

    /// A request number nobody had: two frames of the same millisecond need two.
    private mutating func nextNumber(at time: PeerTime) -> String {
        lastNumber = max(lastNumber + 1, clock(time).millisecondsSince1970)
        return ZoneRules.china.civilTime(at: WallInstant(millisecondsSince1970: lastNumber)).compactWithMilliseconds
    }

    // MARK: Answers

    /// Sends again what got no answer, and gives up what never gets one.
    mutating func repeatDue(at time: PeerTime) {
        for index in pending.indices where time.now - pending[index].sent >= patience {
            pending[index].sent = time.now
            pending[index].repeats += 1
            guard pending[index].repeats <= repeatLimit else { continue }
            markAsBackfill(&pending[index].frame)
            wire.send(pending[index].frame, at: time.now)
        }
        let lost = pending.filter { $0.repeats > repeatLimit }
        pending.removeAll { $0.repeats > repeatLimit }
        abandoned += lost.count
        if lost.contains(where: \.isHistory) { finishHistory(.timeout, at: time) }
    }

    /// `RF=1`, which in the 2025 edition stands behind the packet numbers.
    private func markAsBackfill(_ frame: inout OutgoingFrame) {
        guard monitor.edition == .hj2025, frame["CN"]?.hasPrefix("2") == true, frame["RF"] == nil else { return }
        frame.fields.append(.init(name: "RF", value: "1"))
    }

    /// The host has answered a data frame (9014) or a notification (9013).
    mutating func acknowledge(_ answer: IncomingFrame, at time: PeerTime) {
        let numbers = [answer["QN"], answer.value("QN")]
        guard let index = pending.firstIndex(where: { numbers.contains($0.qn) }) else { return }
        let frame = pending.remove(at: index)
        answered += 1
        if frame.isHistory { continueHistory(at: time) }
    }
}
