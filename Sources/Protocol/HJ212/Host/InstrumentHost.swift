import Cipher
package import Telemetry

/// The host's side of one line on which HJ 212 devices send to the gateway: all its connections and all devices behind
/// them.
///
/// Bytes, orders and the time go in; bytes to be sent, data and reports come out. It answers what asks for an answer, in
/// the packet's own edition, and never what cannot be trusted: a damaged frame, a foreign checksum, an MN that is not
/// expected, a wrong password, an answer.
/// Source: HJ 212-2017, 6.4 to 6.7 and appendix C; HJ 212-2025 and HJ/T 212-2005 by transcriptions.
package struct InstrumentHost: Sendable {
    /// What the line has seen.
    package struct Counters: Hashable, Sendable {
        /// Frames that were accepted, refused and repeated ones included.
        package var frames = 0
        /// Of these, frames with a tolerated fault.
        package var repaired = 0
        /// Of these, frames that were decrypted.
        package var decrypted = 0
        package var uploads = 0
        package var duplicates = 0
        /// Frames of devices that are not expected or do not know the password.
        package var refused = 0
        /// Defects by the kind of their first fault.
        package var defects: [FrameFault.Kind: Int] = [:]
        /// Bytes that belonged to no accepted frame.
        package var skippedBytes = 0
        package var replies = 0
        /// Good frames of each device, repeated ones included.
        package var framesOfDevice: [Int: Int] = [:]
        /// Defects and refused frames of each device.
        package var failuresOfDevice: [Int: Int] = [:]
        /// What came from nobody that is known.
        package var strangers = Strangers()

        package init() {}
    }

    /// Frames and bytes on a line that belong to no device of it.
    package struct Strangers: Hashable, Sendable {
        /// Good frames of an unknown MN, or of a known one with a wrong password while that device is connected elsewhere.
        package var frames = 0
        package var defects = 0
        /// Bytes of both.
        package var bytes = 0

        package init() {}
    }

    /// How long to wait for the rest of a split message.
    private static let assemblyTimeout = Duration.seconds(20)

    private var devices: [InstrumentDevice]
    private let byMN: [FieldText: Int]
    /// The device that every MN is.
    private let anyDevice: Int?
    private var settings: HostSettings
    private var connections: [UInt64: HostConnection] = [:]
    private var links: [DeviceLink]
    private var cares: [DeviceCare]
    private var recent: [RecentUploads]
    private var assembly = PacketAssembly(timeout: assemblyTimeout)
    /// The gaps behind the orders that ask for them.
    private var gaps: [OrderID: HistoryGaps.Gap] = [:]
    private var lastOrder: UInt64 = 0
    package private(set) var counters = Counters()

    package init(devices: [InstrumentDevice], settings: HostSettings = HostSettings()) {
        self.devices = devices
        self.settings = settings
        byMN = Dictionary(
            devices.enumerated().compactMap { index, device in device.mn.map { (FieldText($0), index) } },
            uniquingKeysWith: { first, _ in first })
        anyDevice = devices.firstIndex { $0.mn == nil }
        links = devices.enumerated().map { DeviceLink($1, index: $0) }
        cares = devices.map { DeviceCare($0) }
        recent = devices.map { _ in RecentUploads() }
    }

    /// When ``tick(at:civil:)`` has something to do; nil when nothing is held back or under way.
    package var deadline: Uptime? {
        (connections.values.map(\.deadline) + links.map(\.deadline) + [assembly.deadline]).compactMap { $0 }.min()
    }

    /// Ranges of data that are known to be missing on a device and not yet asked for in full.
    package func openGaps(ofDevice device: Int) -> Int { cares[device].openGaps }

    /// The device that was heard on a connection last; nil: nobody that is known.
    package func device(on connection: UInt64) -> Int? { connections[connection]?.device }

    /// Whether a device was heard on a connection that is still open.
    package func isConnected(device: Int) -> Bool {
        links[device].connection.map { connections[$0]?.device != nil } ?? false
    }

    /// Whether `connection`, which is open, is the one on which a device was heard last.
    package func wasHeard(device: Int, on connection: UInt64) -> Bool {
        isConnected(device: device) && links[device].connection == connection
    }

    // MARK: In

    /// A connection is there. Its number must be new.
    package mutating func opened(_ connection: UInt64) {
        connections[connection] = HostConnection(settings)
        if settings.isPrivate, devices.count == 1 { connections[connection]?.heard(0) }
    }

    /// Takes in the next bytes of a connection. `civil`: the present time in China Standard Time.
    package mutating func receive(
        _ bytes: some Sequence<UInt8>, on connection: UInt64, at now: Uptime, civil: CivilTime
    ) -> [HostEvent] {
        let items = connections[connection]?.receive(bytes, at: now) ?? []
        var events: [HostEvent] = []
        take(items, on: connection, at: now, civil: civil, &events)
        if let reason = connections[connection]?.complaint {
            events.append(.close(connection: connection, reason: reason))
        }
        proceed(at: now, civil: civil, &events)
        return events
    }

    /// Does what is due: gives up what is incomplete, repeats what was not answered, asks for what is missing.
    package mutating func tick(at now: Uptime, civil: CivilTime) -> [HostEvent] {
        var events: [HostEvent] = []
        for connection in connections.keys.sorted() {
            let items = connections[connection]?.tick(at: now) ?? []
            take(items, on: connection, at: now, civil: civil, &events)
            if let reason = connections[connection]?.complaint {
                events.append(.close(connection: connection, reason: reason))
            }
        }
        for message in assembly.tick(at: now) { deliver(message, at: now, civil: civil, &events) }
        for index in links.indices where links[index].isBusy {
            settle(links[index].tick(at: now, connections: count(ofDevice: index)), at: now, &events)
        }
        proceed(at: now, civil: civil, &events)
        return events
    }

    /// A connection is gone. What its devices have delivered stays known, so that an upload whose answer was lost with the
    /// connection counts once.
    package mutating func closed(_ connection: UInt64, at now: Uptime, civil: CivilTime) -> [HostEvent] {
        var events: [HostEvent] = []
        take(connections[connection]?.close() ?? [], on: connection, at: now, civil: civil, &events)
        connections[connection] = nil
        for index in links.indices where links[index].connection == connection {
            cares[index].closed()
            settle(links[index].closed(connection), at: now, &events)
        }
        // Without a connection nobody would ask for what is still incomplete.
        if connections.isEmpty {
            for message in assembly.close() { deliver(message, at: now, civil: civil, &events) }
        }
        // Nothing is sent on a connection that is gone.
        return events.filter { if case .send(_, connection) = $0 { false } else { true } }
    }

    /// Takes an order for a device; nil when too many wait already. It ends in exactly one ``HostEvent/done(_:)``.
    ///
    /// A time that the order carries is replaced by that at which it is sent.
    package mutating func order(
        _ request: HostRequest, ofDevice device: Int, at now: Uptime, civil: CivilTime
    ) -> (id: OrderID, events: [HostEvent])? {
        guard let id = add(DeviceCare.Wish(request: request), device) else { return nil }
        var events: [HostEvent] = []
        assumeConnections()
        if links[device].connection == nil { settle(links[device].abandon(), at: now, &events) }
        proceed(at: now, civil: civil, &events)
        return (id, events)
    }

    /// Takes what a held device sends from now on. `password`: as ``InstrumentDevice/password``; `keys`: further ones.
    package mutating func release(_ device: Int, password: Secret?, keys: KeyRing) {
        devices[device].isHeld = false
        devices[device].password = password
        settings.keys.formUnion(keys)
        use(settings.keys)
    }

    /// Uses other keys from the next frame on.
    package mutating func use(_ keys: KeyRing) {
        settings.keys = keys
        for connection in connections.keys { connections[connection]?.use(keys) }
    }
}

// MARK: Orders

extension InstrumentHost {
    private mutating func add(_ wish: DeviceCare.Wish, _ device: Int) -> OrderID? {
        lastOrder += 1
        let id = OrderID(number: lastOrder)
        let order = DeviceLink.Order(id: id, request: wish.request)
        guard links[device].add(order) else { return nil }
        if let gap = wish.gap { gaps[id] = gap }
        return id
    }

    /// A device that was not heard yet is taken to be behind the only connection of its line.
    private mutating func assumeConnections() {
        guard connections.count == 1, links.count == 1, let only = connections.keys.first else { return }
        links[0].assume(only)
    }

    /// Sends the orders that can be sent.
    private mutating func proceed(at now: Uptime, civil: CivilTime, _ events: inout [HostEvent]) {
        assumeConnections()
        for index in links.indices {
            if !links[index].isBusy, links[index].connection != nil, let wish = cares[index].next(at: now) {
                _ = add(wish, index)
            }
            guard links[index].isBusy else { continue }
            let happened = links[index].proceed(at: now, civil: civil, connections: count(ofDevice: index))
            settle(happened, at: now, &events)
        }
    }

    /// The open connections on which a device was heard.
    private func count(ofDevice device: Int) -> Int { connections.values.count { $0.devices.contains(device) } }

    /// Passes on what came of an order, after learning from it.
    private mutating func settle(_ happened: [HostEvent], at now: Uptime, _ events: inout [HostEvent]) {
        for event in happened {
            if case .done(let report) = event { learn(from: report, at: now) }
            events.append(event)
        }
    }

    private mutating func learn(from report: OrderReport, at now: Uptime) {
        if let gap = gaps.removeValue(forKey: report.id) { cares[report.device].filled(gap, report.outcome, at: now) }
        if case .getDeviceInformation = report.request { cares[report.device].questioned(report.outcome, at: now) }
        guard report.outcome == .finished(.success) else { return }
        switch report.request {
        case .setPassword(let password) where devices[report.device].password != nil:
            devices[report.device].password = password
        case .setKey(_, let secret):
            guard let key = SM4Key(secret.field.bytes) else { return }
            settings.keys.replace(key, for: links[report.device].station.mn.text)
            use(settings.keys)
        default: break
        }
    }
}

// MARK: Frames

extension InstrumentHost {
    private mutating func take(
        _ items: [ScannedItem], on connection: UInt64, at now: Uptime, civil: CivilTime, _ events: inout [HostEvent]
    ) {
        for item in items {
            // Who is to be left guesses no further.
            guard connections[connection]?.isRefused != true else { return }
            switch item {
            case .frame(let frame): take(frame, on: connection, at: now, civil: civil, &events)
            case .defect(let defect): take(defect, on: connection, &events)
            }
        }
    }

    private mutating func take(_ defect: FrameDefect, on connection: UInt64, _ events: inout [HostEvent]) {
        counters.skippedBytes += defect.length
        // Blank lines between frames are so common that they are no news where tails are tolerated.
        if settings.tolerance.allows(defect.faults) {
            return events.append(.tolerated(defect, connection: connection))
        }
        counters.defects[defect.kind, default: 0] += 1
        if let device = device(on: connection) {
            counters.failuresOfDevice[device, default: 0] += 1
        } else {
            counters.strangers.defects += 1
            counters.strangers.bytes += defect.length
        }
        events.append(.defect(defect, connection: connection))
    }

    private mutating func take(
        _ frame: Frame, on connection: UInt64, at now: Uptime, civil: CivilTime, _ events: inout [HostEvent]
    ) {
        counters.frames += 1
        if frame.plainSegment != nil { counters.decrypted += 1 }
        if !frame.faults.isEmpty {
            counters.repaired += 1
            let fault = FrameDefect(offset: frame.offset, length: frame.bytes.count, faults: frame.faults, frame: frame)
            events.append(.tolerated(fault, connection: connection))
        }
        let packet = Packet(segment: frame.segment)
        guard let device = device(of: packet, frame, on: connection, &events) else { return }
        connections[connection]?.heard(device)
        if let earlier = links[device].connection, earlier != connection,
            connections[earlier]?.devices.contains(device) == true
        {
            events.append(.rival(device: device, connection: connection, earlier: earlier))
        }
        counters.framesOfDevice[device, default: 0] += 1
        events.append(.frame(frame.bytes, packet.cn, device: device))
        if let answer = packet.hostAnswer, let bytes = FrameEncoder.frame(answer) {
            counters.replies += 1
            events.append(.send(bytes, connection: connection))
        }
        links[device].heard(packet, on: connection)
        handle(packet, of: device, at: now, civil: civil, &events)
        // A device that is being registered is not itself yet.
        guard packet.mn?.isEmpty == false || devices[device].mn == nil else { return }
        let edition = links[device].station.edition
        wish(cares[device].heard(at: now, civil: civil, edition: edition), device)
    }

    /// The device that sent `packet`; nil, and the refusal reported, when it may not be used.
    private mutating func device(
        of packet: Packet, _ frame: Frame, on connection: UInt64, _ events: inout [HostEvent]
    ) -> Int? {
        let known = packet.mn.flatMap { byMN[$0] } ?? anyDevice ?? unregistered(packet)
        let reason: Refusal.Reason
        if let known {
            if devices[known].isHeld {
                reason = .held
            } else {
                guard let password = devices[known].password, packet.pw != password.field else { return known }
                reason = .wrongPassword
            }
        } else {
            reason = .unknownMN
        }
        counters.refused += 1
        // A peer of our own choice is not left, and one whose secrets are not known here is not to blame.
        if !settings.isPrivate, reason != .held { connections[connection]?.wasRefused() }
        // Who does not know the password of a device that is connected elsewhere is not that device.
        let isElsewhere = known.map { isConnected(device: $0) && links[$0].connection != connection } ?? true
        if let known, !isElsewhere {
            counters.failuresOfDevice[known, default: 0] += 1
        } else {
            counters.strangers.frames += 1
            counters.strangers.bytes += frame.bytes.count
        }
        let mn = packet.mn.map { ReadableText.of($0.bytes, limit: 64) } ?? ""
        events.append(
            .refused(
                Refusal(
                    reason: reason, mn: mn, command: packet.cn, connection: connection,
                    device: isElsewhere ? nil : known)))
        return nil
    }

    /// The device that asks to be registered (CN 1001 with an empty MN) where only one can be meant.
    /// Source: HJ 212-2025, 6.8 by implementations.
    private func unregistered(_ packet: Packet) -> Int? {
        packet.cn == .reportHardware && packet.mn?.isEmpty == true && devices.count == 1 ? 0 : nil
    }

    private mutating func handle(
        _ packet: Packet, of device: Int, at now: Uptime, civil: CivilTime, _ events: inout [HostEvent]
    ) {
        let (handled, happened) = links[device].take(packet, at: now)
        settle(happened, at: now, &events)
        if handled { return }
        guard let command = packet.cn, command.isData else { return pass(packet, of: device, at: now, civil, &events) }
        guard recent[device].insert(packet) else {
            counters.duplicates += 1
            return events.append(.duplicate(command, device: device))
        }
        for message in assembly.insert(packet, at: now) { deliver(message, at: now, civil: civil, &events) }
    }

    private mutating func deliver(
        _ message: PacketAssembly.Message, at now: Uptime, civil: CivilTime, _ events: inout [HostEvent]
    ) {
        let packet: Packet
        switch message {
        case .whole(let whole): packet = whole
        case .partial(let partial, _): packet = partial
        }
        guard let device = packet.mn.flatMap({ byMN[$0] }) ?? anyDevice else { return }
        if case .partial(_, let missing) = message, let command = packet.cn {
            events.append(.partial(command, missing: missing, device: device))
        }
        guard let upload = HJ212Upload(packet) else { return pass(packet, of: device, at: now, civil, &events) }
        counters.uploads += 1
        events.append(.upload(upload, device: device))
        wish(cares[device].took(upload, at: now, civil: civil), device)
    }

    /// What is none of the uploads that become samples.
    private mutating func pass(
        _ packet: Packet, of device: Int, at now: Uptime, _ civil: CivilTime, _ events: inout [HostEvent]
    ) {
        guard let message = FieldMessage(packet) else {
            // A login says no more than that the device is there.
            if packet.cn != .login { events.append(.other(packet, device: device)) }
            return
        }
        events.append(.message(message, device: device))
        switch message {
        case .askForCalibration(factor: nil): wish(cares[device].wasAskedForTime(at: now, civil: civil), device)
        case .hardware where packet.mn?.isEmpty == true:
            if let mn = devices[device].mn, devices[device].commissioning != nil {
                wish([DeviceCare.Wish(request: .setIdentity(FieldText(mn)))], device)
            }
        default: break
        }
    }

    private mutating func wish(_ wishes: [DeviceCare.Wish], _ device: Int) {
        for wish in wishes { _ = add(wish, device) }
    }
}
