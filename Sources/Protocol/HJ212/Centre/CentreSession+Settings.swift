import Telemetry

/// Requests that concern the session itself.
extension CentreSession {
    /// Executes what needs no owner; false for everything else.
    mutating func executeHere(_ request: HostRequest, _ packet: Packet) -> Bool {
        var changed = settings
        switch request {
        case .setTimeouts(let overTime, let reCount):
            changed.overTime = overTime
            changed.reCount = reCount
        case .setRealtimeInterval(let seconds): changed.realtimeInterval = seconds
        case .setMinuteInterval(let minutes): changed.minuteInterval = minutes
        case .setPassword(let password): changed.password = password
        case .setIdentity(let mn): changed.mn = FieldText(ArraySlice(Array(mn.bytes)))
        case .startRealtime: changed.sendsRealtime = true
        case .stopRealtime: changed.sendsRealtime = false
        case .startEquipmentState: changed.sendsEquipmentState = true
        case .stopEquipmentState: changed.sendsEquipmentState = false
        case .setKey(let createdAt, let secret): return change(secret, createdAt, packet)
        case .getTime(factor: nil): return reply(.time(civil, factor: nil), packet)
        case .getRealtimeInterval: return reply(.realtimeInterval(seconds: settings.realtimeInterval), packet)
        case .getMinuteInterval: return reply(.minuteInterval(minutes: settings.minuteInterval), packet)
        default: return false
        }
        // Answers repeat MN and password of the request, so those of before.
        if !request.isNotification { end(packet, .success) }
        if changed != settings {
            settings = changed
            actions.append(.settingsChanged(changed))
        }
        return true
    }

    private mutating func change(_ secret: Secret, _ createdAt: CivilTime, _ packet: Packet) -> Bool {
        guard let new = CentreKey(secret, createdAt: createdAt) else {
            end(packet, .wrongConditions)
            return true
        }
        end(packet, .success)
        previousKey = key
        key = new
        scanner.keys = keyRing
        actions.append(.keyChanged(new))
        return true
    }

    /// What the host may encrypt with: it may not know yet that its new key was taken.
    var keyRing: KeyRing {
        var ring = KeyRing()
        guard configuration.edition == .hj2025 else { return ring }
        for key in [key, previousKey].compactMap(\.self) { ring.add(key.key, for: nil) }
        return ring
    }

    private mutating func reply(_ message: FieldMessage, _ packet: Packet) -> Bool {
        end(packet, sendReply(message, packet) ? .success : .systemFault)
        return true
    }

    /// Sends what repeats the request's QN; false when it cannot be sent in this edition.
    mutating func sendReply(_ message: FieldMessage, _ packet: Packet) -> Bool {
        var station = station(st: packet.st)
        station.password = packet.pw.map { Secret($0) } ?? station.password
        guard let reply = try? message.packet(answering: packet, from: station), let frame = frame(reply) else {
            return false
        }
        answered.append(frame, to: packet.segment)
        send(frame)
        return true
    }
}
