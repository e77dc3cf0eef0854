package import Telemetry

/// The master of a line of analysers that speak the addressed dialect of HJ 212: asks each station in turn and takes what
/// it says.
///
/// One question is on the line at a time. An answer names its station, so one that comes late is still that station's.
/// Source: one maker's protocol as seen on the wire; no edition of the standard has it.
package struct AddressedPoller: Sendable {
    /// One analyser on the line.
    package struct Station: Hashable, Sendable {
        /// 0…9999
        package var address: Int
        /// What it is asked: 2013 for present values.
        package var command: CommandCode
        package var poll: Duration
        /// What the question says of the analyser; analysers look at the address alone.
        package var mn: String
        package var st: String
        package var password: Secret
        /// How long it may take to answer.
        package var timeout: Duration
        /// Its password is not known yet: it is not asked.
        package var isHeld = false

        package init(
            address: Int, command: CommandCode = .periodicData, poll: Duration = .seconds(5), mn: String = "",
            st: String = "31", password: Secret = "123456", timeout: Duration = .seconds(1)
        ) {
            self.address = address
            self.command = command
            self.poll = poll
            self.mn = mn
            self.st = st
            self.password = password
            self.timeout = timeout
        }
    }

    private struct Waiting: Sendable {
        let station: Int
        let deadline: Uptime
    }

    private var stations: [Station]
    private let settings: HostSettings
    private var connection: (number: UInt64, bytes: HostConnection)?
    /// When each station is to be asked next; zero: at once.
    private var due: [Uptime]
    private var waiting: Waiting?
    private var qns = QNSource()
    package private(set) var counters = InstrumentHost.Counters()
    /// Questions that got no answer in time.
    package private(set) var unanswered = 0

    /// `settings`: station address and Modbus checksum are tolerated whatever it says, as they are the dialect.
    package init(stations: [Station], settings: HostSettings = HostSettings()) {
        self.stations = stations
        var settings = settings
        settings.tolerance.formUnion([.stationAddress, .modbusCRC, .tail])
        self.settings = settings
        due = stations.map { $0.isHeld ? .never : .zero }
    }

    /// The station that is asked at present.
    package var asked: Int? { waiting?.station }

    /// When ``tick(at:civil:)`` has something to do; nil while there is no connection.
    package var deadline: Uptime? {
        guard let connection else { return nil }
        let next = waiting?.deadline ?? due.min()
        return [next, connection.bytes.deadline].compactMap { $0 }.min()
    }

    /// Asks a held station from now on, with this password.
    package mutating func release(_ station: Int, password: Secret?) {
        stations[station].isHeld = false
        if let password { stations[station].password = password }
        due[station] = .zero
    }

    /// The line is open. A second connection takes the place of the first.
    package mutating func opened(_ number: UInt64) {
        connection = (number, HostConnection(settings))
        waiting = nil
    }

    package mutating func closed(_ number: UInt64) {
        guard connection?.number == number else { return }
        connection = nil
        waiting = nil
    }

    /// Takes in the next bytes of the line. `civil`: the present time in China Standard Time.
    package mutating func receive(
        _ bytes: some Sequence<UInt8>, on number: UInt64, at now: Uptime, civil: CivilTime
    ) -> [HostEvent] {
        guard connection?.number == number, let items = connection?.bytes.receive(bytes, at: now) else { return [] }
        return take(items, number, at: now) + ask(at: now, civil: civil)
    }

    /// Asks the station that is due, or gives up the one that does not answer.
    package mutating func tick(at now: Uptime, civil: CivilTime) -> [HostEvent] {
        guard let number = connection?.number, let items = connection?.bytes.tick(at: now) else { return [] }
        var events = take(items, number, at: now)
        if let waiting, now >= waiting.deadline {
            self.waiting = nil
            unanswered += 1
            counters.failuresOfDevice[waiting.station, default: 0] += 1
            events.append(.unanswered(device: waiting.station))
        }
        return events + ask(at: now, civil: civil)
    }

    private mutating func ask(at now: Uptime, civil: CivilTime) -> [HostEvent] {
        guard let number = connection?.number, waiting == nil,
            let index = due.indices.min(by: { due[$0] < due[$1] }), due[index] <= now
        else { return [] }
        let station = stations[index]
        // Keeps the pace; after a pause it starts anew instead of catching up.
        let isOnTime = due[index] != .zero && now - due[index] < station.poll
        due[index] = (isOnTime ? due[index] : now) + station.poll
        waiting = Waiting(station: index, deadline: now + station.timeout)
        let flag = PacketFlag(rawValue: 3)
        let identity = Protocol.Station(
            edition: .hj2005, st: FieldText(station.st), mn: FieldText(station.mn), password: station.password)
        let header = identity.header(station.command, HeaderMarks(qn: qns.next(at: civil), flag: flag))
        let question = Packet(header: header, cp: DataSegment())
        return FrameEncoder.addressedFrame(segment: question.segment, station: station.address)
            .map { [.send($0, connection: number)] } ?? []
    }

    private mutating func take(_ items: [ScannedItem], _ number: UInt64, at now: Uptime) -> [HostEvent] {
        items.flatMap { item -> [HostEvent] in
            switch item {
            case .frame(let frame): return take(frame, number)
            case .defect(let defect):
                counters.skippedBytes += defect.length
                if settings.tolerance.allows(defect.faults) { return [] }
                counters.defects[defect.kind, default: 0] += 1
                // What comes while a station is asked is meant to be its answer.
                if let asked = waiting?.station {
                    counters.failuresOfDevice[asked, default: 0] += 1
                } else {
                    counters.strangers.defects += 1
                    counters.strangers.bytes += defect.length
                }
                return [.defect(defect, connection: number)]
            }
        }
    }

    private mutating func take(_ frame: Frame, _ number: UInt64) -> [HostEvent] {
        counters.frames += 1
        let packet = Packet(segment: frame.segment)
        guard let address = frame.stationAddress, let index = stations.firstIndex(where: { $0.address == address })
        else {
            return [refuse(packet, frame, number)]
        }
        if waiting?.station == index { waiting = nil }
        counters.uploads += 1
        counters.framesOfDevice[index, default: 0] += 1
        return [
            .frame(frame.bytes, packet.cn, device: index),
            .upload(HJ212Upload(answerOfStation: packet), device: index),
        ]
    }
}

extension AddressedPoller {
    /// What comes while a station is asked is meant to be its answer.
    private mutating func refuse(_ packet: Packet, _ frame: Frame, _ number: UInt64) -> HostEvent {
        counters.refused += 1
        if let asked {
            counters.failuresOfDevice[asked, default: 0] += 1
        } else {
            counters.strangers.frames += 1
            counters.strangers.bytes += frame.bytes.count
        }
        let mn = packet.mn.map { ReadableText.of($0.bytes, limit: 64) } ?? ""
        return .refused(
            Refusal(reason: .unknownStation, mn: mn, command: packet.cn, connection: number, device: asked))
    }
}

extension Frame {
    /// The number before the length field, in the dialect that has one.
    fileprivate var stationAddress: Int? {
        for case .stationAddress(let digits) in faults { return Int(digits) }
        return nil
    }
}

extension HJ212Upload {
    /// Present values as a station of the addressed dialect answers them, whatever its command. They are of the moment: the
    /// QN is that of the question. A key that is no code with one of the standard's suffixes is a factor of its own, by its
    /// whole name: `02-CurrZero`, `SB1-InstrState`.
    fileprivate init(answerOfStation packet: Packet) {
        self.init(
            kind: .realtime, mn: packet.mn?.text ?? "", st: packet.st?.text ?? "",
            dataTime: nil, qnTime: nil, of: packet.cp)
        extras = []
        let known = Set(factors.map(\.code))
        for pair in packet.cp.pairs where !pair.key.isSpelled("DataTime") && !pair.key.isSpelled("Flag") {
            if let (code, _) = pair.codeAndSuffix, known.contains(code.text), pair.isFactorField { continue }
            guard let number = pair.value.number, !known.contains(pair.key.text) else { continue }
            var factor = Factor(code: pair.key.text)
            factor.rtd = number
            factors.append(factor)
        }
    }
}
