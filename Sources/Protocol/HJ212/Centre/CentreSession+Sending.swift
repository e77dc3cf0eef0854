import Telemetry

extension CentreSession {
    /// 2025 allows 0 seconds, in which nobody can answer.
    var timeout: Duration { .seconds(max(1, settings.overTime)) }

    func station(st: FieldText? = nil) -> Station {
        Station(
            edition: configuration.edition, st: st ?? configuration.st, mn: settings.mn, password: settings.password)
    }

    mutating func send(_ frame: [UInt8]) {
        lastSent = now
        actions.append(.send(frame))
    }

    /// The frame of `packet`, encrypted where the edition wants it and a key is there.
    func frame(_ packet: Packet) -> [UInt8]? {
        guard let key, configuration.edition == .hj2025, FrameEncoder.encrypts(packet.cn) else {
            return FrameEncoder.frame(packet)
        }
        return FrameEncoder.encryptedFrame(segment: packet.segment, key: key.key, form: configuration.cipherForm)
    }

    /// Sends what may be sent: first what keeps the link, then live records, then at most one of the past.
    ///
    /// A record of the past never takes the place of a live one: it has a place of its own and waits for an empty queue.
    mutating func pump() {
        guard link == .up else { return }
        guard isRegistered else { return register() }
        reportStart()
        askForKey()
        while !live.isEmpty, transmissions.count(where: \.purpose.isLiveUpload) < max(1, configuration.window) {
            begin(live.removeFirst(), isBackfill: false)
        }
        while live.isEmpty, !backfill.isEmpty, !transmissions.contains(where: \.purpose.isBackfill) {
            begin(backfill.removeFirst(), isBackfill: true)
        }
        beat()
    }

    private mutating func begin(_ upload: Upload, isBackfill: Bool) {
        do throws(MessageError) {
            try begin(
                .upload(upload.id, isBackfill: isBackfill), upload.message, station(st: upload.st),
                asksForAnswer: configuration.asksForAnswers)
        } catch {
            actions.append(.unsendable(upload.id, error))
        }
    }

    /// Sends the first packet of `message`, or all when nothing is to be answered.
    mutating func begin(
        _ purpose: Transmission.Purpose, _ message: FieldMessage, _ station: Station, asksForAnswer: Bool = true
    ) throws(MessageError) {
        let splitter = PacketSplitter(
            station: station, asksForAnswer: asksForAnswer, isBackfill: purpose.isBackfill)
        let packets = try splitter.packets(of: message, numbers: &numbers, at: civil)
        let parts = packets.compactMap { packet in
            frame(packet).map { Transmission.Part(qn: packet.qn ?? .empty, frame: $0) }
        }
        guard asksForAnswer, let transmission = Transmission(purpose, parts, at: now, timeout: timeout) else {
            for part in parts { send(part.frame) }
            // An execution goes on by itself.
            if case .execution = purpose { return }
            return succeed(purpose)
        }
        transmissions.append(transmission)
        send(transmission.current.frame)
    }

    /// An answer of the host that names `qn`. Data answers and notification answers are confused in the field.
    mutating func acknowledge(_ qn: FieldText) {
        guard let index = transmissions.firstIndex(where: { $0.current.qn == qn }) else { return }
        if transmissions[index].advance(at: now, timeout: timeout) {
            send(transmissions[index].current.frame)
        } else {
            succeed(transmissions.remove(at: index).purpose)
        }
    }

    mutating func resendWhatIsDue() {
        for transmission in transmissions where transmission.deadline <= now {
            guard let index = transmissions.firstIndex(where: { $0.current.qn == transmission.current.qn }) else {
                continue
            }
            if transmission.resends < settings.reCount {
                transmissions[index].resend(at: now, timeout: timeout)
                counters.resends += 1
                send(transmission.current.frame)
            } else {
                transmissions.remove(at: index)
                // A host that answers others but never this one is not dead.
                let isDead = lastHeard <= transmission.since
                if isDead { link = .dead }
                fail(transmission.purpose)
                if isDead { return die() }
            }
        }
    }

    private mutating func die() {
        actions.append(.linkDead)
        giveUp()
    }

    /// Nothing that waits will be sent on this connection.
    mutating func giveUp() {
        let waiting = transmissions.map(\.purpose)
        transmissions = []
        executions = []
        waiting.forEach { fail($0) }
        let queued =
            live.map { Transmission.Purpose.upload($0.id, isBackfill: false) }
            + backfill.map { .upload($0.id, isBackfill: true) }
        live = []
        backfill = []
        queued.forEach { fail($0) }
    }

    private mutating func succeed(_ purpose: Transmission.Purpose) {
        switch purpose {
        case .upload(let id, _):
            counters.delivered += 1
            actions.append(.delivered(id))
        case .execution(let id): proceed(id)
        case .start, .heartbeat, .registration, .keyRequest: break
        }
    }

    mutating func fail(_ purpose: Transmission.Purpose) {
        switch purpose {
        case .upload(let id, _):
            counters.notDelivered += 1
            actions.append(.notDelivered(id))
        case .execution(let id): finish(id, .timedOut)
        // Reported again on the next connection.
        case .start: startIsDue = link != .up
        case .heartbeat, .registration, .keyRequest: break
        }
    }
}
