import Telemetry

extension CentreSession {
    mutating func handle(_ items: [ScannedItem]) {
        for item in items where link == .up {
            switch item {
            case .frame(let frame): handle(Packet(segment: frame.segment))
            case .defect(let defect):
                counters.defects += 1
                actions.append(.defect(defect))
            }
        }
    }

    private mutating func handle(_ packet: Packet) {
        guard let command = packet.cn, command.isAnswer else { return handleRequest(packet) }
        guard let answer = Answer(packet), isOwn(packet.mn) else { return }
        lastHeard = now
        if let qn = answer.answeredQN { acknowledge(qn) }
    }

    /// An answer of a host that leaves the MN out is taken; before activation any MN is.
    private func isOwn(_ mn: FieldText?) -> Bool {
        guard let mn, !mn.isEmpty, !settings.mn.isEmpty else { return true }
        return mn == settings.mn
    }

    private mutating func handleRequest(_ packet: Packet) {
        let segment = packet.segment
        // Before everything else: a request that changed MN or password comes again with the old ones.
        if let frames = answered.frames(for: segment, at: now) {
            lastHeard = now
            counters.repeatedRequests += 1
            return frames.forEach { send($0) }
        }
        let isNotification = packet.cn.map { $0.rawValue == 2012 || $0.rawValue == 2022 } ?? false
        if let verdict = objection(to: packet) {
            counters.refused += 1
            actions.append(.refused(packet.cn, verdict))
            // A notification has no answer that could refuse it.
            if !isNotification { answer(packet, .request(verdict.limited(to: configuration.edition))) }
            return
        }
        lastHeard = now
        counters.requests += 1
        answered.insert(segment, until: now + rememberFor)
        answer(packet, isNotification ? .notification : .request(.ready))
        execute(packet)
    }

    /// As long as a host may go on sending the same frame again.
    private var rememberFor: Duration {
        let resends = Duration.seconds(2 * max(1, settings.overTime) * (settings.reCount + 1))
        return max(resends, .seconds(60))
    }

    /// Why a request is not taken, the first reason of the standard's order; nil: it is.
    /// Source: HJ 212-2017, table 7.
    private func objection(to packet: Packet) -> RequestVerdict? {
        let edition = configuration.edition
        if settings.mn.isEmpty ? packet.cn?.rawValue != 1002 : packet.mn != settings.mn { return .wrongMN }
        if packet.pw != settings.password.field { return .wrongPassword }
        guard let st = packet.st, st == configuration.st || configuration.otherSystems.contains(st) else {
            return .wrongST
        }
        // 2005 may leave the Flag out.
        guard packet.flag?.version ?? (packet["Flag"] == nil ? 0 : nil) == edition.flag.version else {
            return .wrongFlag
        }
        guard let qn = packet.qn, Self.isRequestNumber(qn) else { return .wrongQN }
        guard let command = packet.cn, HostRequest.isKnown(command, in: edition) else { return .wrongCN }
        return nil
    }

    /// 17 digits by the standard; hosts also send seconds only, or milliseconds since 1970.
    private static func isRequestNumber(_ qn: FieldText) -> Bool {
        (13...18).contains(qn.bytes.count) && qn.bytes.allSatisfy(ASCII.isDigit)
    }

    /// Answers `packet` if it asks for that, and remembers the answer.
    mutating func answer(_ packet: Packet, _ content: Answer.Content) {
        guard packet.flag?.asksForAnswer ?? (configuration.edition == .hj2005),
            let frame = FrameEncoder.frame(packet.answer(content))
        else { return }
        answered.append(frame, to: packet.segment)
        send(frame)
    }

    private mutating func execute(_ packet: Packet) {
        let request: HostRequest
        do throws(MessageError) {
            request = try HostRequest(decoding: packet)
            try request.validate(edition: configuration.edition)
        } catch {
            return end(packet, .wrongConditions)
        }
        if !executeHere(request, packet) { delegate(request, packet) }
    }

    /// The end of a request: 9012.
    mutating func end(_ packet: Packet, _ result: ExecutionResult) {
        answer(packet, .execution(result.limited(to: configuration.edition)))
    }
}
