import Cipher
import Telemetry

/// The result codes an instrument gives. Source: HJ 212-2017, tables 8 and 9; the 2005 edition has fewer.
enum Execution: Int {
    case success = 1
    case failure = 2
    case wrongConditions = 3
    case timeout = 4
    case busy = 5
    case noData = 100
}

extension InstrumentMachine {
    /// What a request comes to.
    private enum Outcome {
        case done(Execution)
        /// A response with the request's own number, then success.
        case response([[UInt8]])
        /// Data with numbers of their own, then success.
        case data([Packet])
    }

    /// Takes a frame of the host.
    mutating func handle(_ frame: IncomingFrame, at time: PeerTime) {
        guard !isSilent(at: time) else { return }
        switch frame.command {
        case "9013", "9014": acknowledge(frame, at: time)
        case "9011", "9012", "9015", "": return
        case "2012", "2022":
            requests += 1
            if frame.command == "2012" { sendsRealtime = false } else { sendsState = false }
            reply("9013", to: frame, at: time)
        default: execute(frame, at: time)
        }
    }

    private mutating func execute(_ frame: IncomingFrame, at time: PeerTime) {
        requests += 1
        let isKnown = knows(frame.command)
        if let refusal = refusal(of: frame, isKnown: isKnown) {
            return reply("9011", to: frame, item: "QnRtn=\(refusal)", at: time)
        }
        reply("9011", to: frame, item: "QnRtn=1", at: time)
        switch outcome(of: frame, at: time) {
        case .done(let execution): finish(frame, execution, at: time)
        case .response(let items):
            respond(to: frame, items: items, at: time)
            finish(frame, .success, at: time)
        case .data(let packets):
            guard history == nil else { return finish(frame, .busy, at: time) }
            guard !packets.isEmpty else { return finish(frame, .noData, at: time) }
            history = HistoryJob(request: frame, packets: packets[...])
            continueHistory(at: time)
        }
    }

    // MARK: Refusing

    private func knows(_ command: String) -> Bool {
        let always = [
            "1000", "1011", "1012", "1061", "1062", "1072", "2011", "2021", "2031", "2041", "2051", "2061", "3011",
            "3012", "3013", "3014",
        ]
        let since2017 = ["1063", "1064", "3015", "3016", "3017", "3018", "3019", "3020", "3021"]
        let only2025 = ["1014", "3022", "3024"]
        return always.contains(command) || (monitor.edition != .hj2005 && since2017.contains(command))
            || (monitor.edition == .hj2025 && only2025.contains(command))
    }

    /// The code of QnRtn for a request that is not carried out; nil for one that is. The 2005 edition has no words for
    /// a wrong MN and an unknown command. Source: HJ 212-2017, table 8.
    private func refusal(of frame: IncomingFrame, isKnown: Bool) -> Int? {
        let is2005 = monitor.edition == .hj2005
        if let pw = frame["PW"], pw != password { return 3 }
        if frame["MN"] != monitor.mn { return is2005 ? 2 : 4 }
        if frame.qn == nil, !is2005 { return 7 }
        return isKnown ? nil : is2005 ? 2 : 8
    }

    // MARK: Carrying out

    private mutating func outcome(of frame: IncomingFrame, at time: PeerTime) -> Outcome {
        switch frame.command {
        case "1000": return .done(setPatience(frame))
        case "1011": return .response(polId(frame) + ["SystemTime=\(text(of: clock(time)))"].map { Array($0.utf8) })
        case "1012": return .done(setClock(frame, at: time))
        case "1014": return .done(setKey(frame))
        case "1061": return .response([Array("RtdInterval=\(Int(interval.inSeconds.rounded()))".utf8)])
        case "1062": return .done(setInterval(frame))
        case "1063": return .response([Array("MinInterval=\(memory.minutes)".utf8)])
        case "1064": return .done(setMinutes(frame))
        case "1072": return .done(setPassword(frame))
        case "2011": sendsRealtime = true
        case "2021": sendsState = true
        case "2031", "2041", "2051", "2061": return remembered(frame)
        case "3011", "3012", "3013", "3014", "3022", "3024": return .done(hasFactor(frame))
        case "3015": return .response([dataTime(clock(time)), Array("VaseNo=1".utf8)])
        case "3016": return .done(keep(["CstartTime", "CTime"], of: frame))
        case "3017":
            let period = ["CstartTime=\(settings["CstartTime"] ?? "000000")", "CTime=\(settings["CTime"] ?? "2")"]
            return .response(polId(frame) + period.map { Array($0.utf8) })
        case "3018": return .response(polId(frame) + [Array("Stime=40".utf8)])
        case "3019": return .response(polId(frame) + [identity(frame)])
        case "3020": return .response(information(frame, at: time))
        case "3021": return .done(setParameter(frame))
        default: return .done(.failure)
        }
        return .done(.success)
    }

    private mutating func setPatience(_ frame: IncomingFrame) -> Execution {
        guard let seconds = number("OverTime", of: frame, in: 1...99),
            let count = number("ReCount", of: frame, in: 1...99)
        else { return wrongConditions }
        patience = .seconds(seconds)
        repeatLimit = count
        return .success
    }

    private mutating func setClock(_ frame: IncomingFrame, at time: PeerTime) -> Execution {
        guard let wanted = moment("SystemTime", of: frame) else { return wrongConditions }
        clockError = wanted - time.wall
        return .success
    }

    /// The old key stays good for what is under way.
    private mutating func setKey(_ frame: IncomingFrame) -> Execution {
        guard let text = frame.value("NewSK"), let key = SM4Key(Array(text.utf8)) else { return wrongConditions }
        wire.cutter.keys = [key] + wire.cutter.keys.prefix(1)
        wire.writer.key = key
        return .success
    }

    private mutating func setInterval(_ frame: IncomingFrame) -> Execution {
        guard let seconds = number("RtdInterval", of: frame, in: 1...3_600) else { return wrongConditions }
        interval = .seconds(seconds)
        return .success
    }

    private mutating func setMinutes(_ frame: IncomingFrame) -> Execution {
        guard let minutes = number("MinInterval", of: frame, in: 1...30), 60.isMultiple(of: minutes) else {
            return wrongConditions
        }
        memory.minutes = minutes
        return .success
    }

    /// Answers to this request still have the old one, as they copy the request's.
    private mutating func setPassword(_ frame: IncomingFrame) -> Execution {
        guard let wanted = frame.value(monitor.edition == .hj2005 ? "PW" : "NewPW"), !wanted.isEmpty else {
            return wrongConditions
        }
        password = wanted
        return .success
    }

    private func hasFactor(_ frame: IncomingFrame) -> Execution {
        guard let code = frame.value("PolId") else { return .success }
        return monitor.factors.contains { $0.code == code } ? .success : wrongConditions
    }

    private mutating func keep(_ names: [String], of frame: IncomingFrame) -> Execution {
        for name in names { settings[name] = frame.value(name) ?? settings[name] }
        return .success
    }

    private mutating func setParameter(_ frame: IncomingFrame) -> Execution {
        guard let id = frame.value("InfoId"), let value = frame.value("\(id)-Info") else { return wrongConditions }
        settings[id] = value
        return .success
    }

    private func identity(_ frame: IncomingFrame) -> [UInt8] {
        Array("\(frame.value("PolId") ?? "w01018")-SN=010000A8900016F000169DC0".utf8)
    }

    /// A log entry, a state (0: running), or a parameter that was set before.
    private mutating func information(_ frame: IncomingFrame, at time: PeerTime) -> [[UInt8]] {
        let id = frame.value("InfoId") ?? "i11001"
        var item = Array("\(id)-Info=".utf8)
        if id.dropFirst(2).first == "1" {
            // "Cleans the tubing" in the encodings that are met.
            let gbk: [UInt8] = [0xC7, 0xE5, 0xCF, 0xB4, 0xB9, 0xDC, 0xC2, 0xB7]
            item += Array("//".utf8) + (wire.writer.plan.strikes(.gbk) ? gbk : Array("清洗管路".utf8)) + Array("//".utf8)
        } else {
            item += Array((settings[id] ?? "0").utf8)
        }
        return [dataTime(clock(time))] + polId(frame) + [item]
    }

    private func polId(_ frame: IncomingFrame) -> [[UInt8]] {
        frame.value("PolId").map { [Array("PolId=\($0)".utf8)] } ?? []
    }

    private var wrongConditions: Execution { monitor.edition == .hj2005 ? .failure : .wrongConditions }

    private func number(_ name: String, of frame: IncomingFrame, in range: ClosedRange<Int>) -> Int? {
        frame.value(name).flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
    }

    private func moment(_ name: String, of frame: IncomingFrame) -> WallInstant? {
        frame.value(name).flatMap { CivilTime(compact: Array($0.utf8)) }.map(ZoneRules.china.instant)
    }

    private func text(of wall: WallInstant) -> String { ZoneRules.china.civilTime(at: wall).compact }

    // MARK: History

    private mutating func remembered(_ frame: IncomingFrame) -> Outcome {
        guard let first = moment("BeginTime", of: frame), let last = moment("EndTime", of: frame), first <= last else {
            return .done(wrongConditions)
        }
        let kind = InstrumentMemory.Kind(rawValue: frame.command) ?? .day
        var packets: [Packet] = []
        for period in memory.periods(kind, in: first...last) {
            let items = frame.command == "2041" ? runningHours(of: period) : statistics(of: period)
            packets += self.packets(frame.command, items)
        }
        return .data(packets)
    }

    private func runningHours(of period: InstrumentMemory.Period) -> [[UInt8]] {
        let hours = min(24, Double(period.count) * interval.inSeconds / 3_600)
        return [dataTime(period.start), Array("SB1-RT=\(fixedPoint(hours, decimals: 2))".utf8)]
    }

    /// Sends the next packet, or all of them when nobody answers, and the result after the last.
    mutating func continueHistory(at time: PeerTime) {
        while let packet = history?.packets.popFirst() {
            send(packet, at: time, isHistory: true)
            if monitor.asksForAnswers { return }
        }
        finishHistory(.success, at: time)
    }

    mutating func finishHistory(_ execution: Execution, at time: PeerTime) {
        guard let job = history else { return }
        history = nil
        finish(job.request, execution, at: time)
    }

    // MARK: Answering

    private mutating func finish(_ request: IncomingFrame, _ execution: Execution, at time: PeerTime) {
        // The 2005 edition knows success, failure and no data.
        let only2017 = monitor.edition == .hj2005 && execution != .success && execution != .noData
        reply("9012", to: request, item: "ExeRtn=\((only2017 ? .failure : execution).rawValue)", at: time)
    }

    /// Sends an interaction frame: ST=91, the request's number, PW and MN, no question back.
    private mutating func reply(_ command: String, to request: IncomingFrame, item: String? = nil, at time: PeerTime) {
        let items = item.map { [Array($0.utf8)] } ?? []
        // In the 2005 edition 9012 has no Flag.
        respond(to: request, st: "91", command: command, flagged: command != "9012", items: items, at: time)
    }

    /// Sends the response to a request, with the request's own number.
    private mutating func respond(to request: IncomingFrame, items: [[UInt8]], at time: PeerTime) {
        respond(to: request, st: monitor.st, command: request.command, flagged: false, items: items, at: time)
    }

    private mutating func respond(
        to request: IncomingFrame, st: String, command: String, flagged: Bool, items: [[UInt8]], at time: PeerTime
    ) {
        let common = [("ST", st), ("CN", command), ("PW", request["PW"] ?? password), ("MN", monitor.mn)]
        let number = request.qn ?? ""
        if monitor.edition == .hj2005 {
            let quoted = number.isEmpty ? [] : [Array("QN=\(number)".utf8)]
            wire.send(OutgoingFrame(common + (flagged ? [("Flag", "0")] : []), items: quoted + items), at: time.now)
        } else {
            let fields = [("QN", number)] + common + [("Flag", "\(monitor.edition.flag)")]
            wire.send(OutgoingFrame(fields, items: items), at: time.now)
        }
    }
}
