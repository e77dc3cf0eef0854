import Telemetry

/// The orders to one device: queued, sent one after the other, repeated when unanswered, followed to their end.
///
/// Source: HJ 212-2017, 6.4 and table 1: request, 9011, data, 9012; notification, 9013. In 2005 the 9011 may be missing.
struct DeviceLink: Sendable {
    /// Orders that may wait. More are refused.
    static let capacity = 64

    /// An order as it waits. A time it carries, to set a clock to or of a key, is that at which it is sent.
    struct Order: Sendable {
        let id: OrderID
        let request: HostRequest
    }

    private struct Running: Sendable {
        let order: Order
        let request: HostRequest
        let qn: FieldText
        let frame: [UInt8]
        let connection: UInt64
        var sends = 1
        /// The device has said that it will do it.
        var isAccepted = false
        var messages: [FieldMessage] = []
        var dataPackets = 0
        var deadline: Uptime
    }

    private let device: Int
    private let overTime: Duration
    private let reCount: Int
    private let fixedEdition: Edition?
    /// What is known of the device, corrected by each of its frames.
    private(set) var station: Station
    /// Where it was heard last.
    private(set) var connection: UInt64?
    private var waiting: [Order] = []
    private var running: Running?
    private var qns = QNSource()

    init(_ device: InstrumentDevice, index: Int) {
        self.device = index
        overTime = device.overTime
        reCount = device.reCount
        fixedEdition = device.edition
        station = Station(
            edition: device.edition ?? .hj2017, st: "32", mn: FieldText(device.mn ?? ""),
            password: device.password ?? Secret("123456"))
    }

    var deadline: Uptime? { running?.deadline }
    var isBusy: Bool { running != nil || !waiting.isEmpty }

    /// Learns from a good frame of the device how it wants to be talked to.
    mutating func heard(_ packet: Packet, on connection: UInt64) {
        self.connection = connection
        let isAnswer = packet.cn?.isAnswer ?? false
        // Copies, so that no frame is kept alive.
        func copy(_ text: FieldText) -> FieldText { FieldText(ArraySlice(Array(text.bytes))) }
        if let mn = packet.mn, mn != station.mn, !mn.isEmpty { station.mn = copy(mn) }
        if let pw = packet.pw, pw != station.password.field { station.password = Secret(pw) }
        if !isAnswer, let st = packet.st, st != station.st, st != "91" { station.st = copy(st) }
        if fixedEdition == nil, !isAnswer || packet.flag != nil { station.edition = packet.edition }
    }

    /// Gives the device a connection before it was heard: the only one there is.
    mutating func assume(_ connection: UInt64) {
        if self.connection == nil { self.connection = connection }
    }

    /// Takes an order in; false when too many wait.
    mutating func add(_ order: Order) -> Bool {
        guard waiting.count < Self.capacity else { return false }
        waiting.append(order)
        return true
    }

    /// Sends the next order if none is on its way. `connections`: the open ones on which the device was heard.
    mutating func proceed(at now: Uptime, civil: CivilTime, connections: Int) -> [HostEvent] {
        var events: [HostEvent] = []
        while running == nil, let connection, !waiting.isEmpty {
            let order = waiting.removeFirst()
            let request = order.request.sent(at: civil)
            if request.isSecret, connections != 1 {
                events.append(report(order, request, .withheld(connections: connections)))
                continue
            }
            let qn = qns.next(at: civil)
            do throws(MessageError) {
                let packet = try request.packet(to: addressee(of: request), qn: qn)
                guard let frame = FrameEncoder.frame(packet) else { throw .itemTooLong(item: "CP") }
                running = Running(
                    order: order, request: request, qn: qn, frame: frame, connection: connection,
                    deadline: now + overTime)
                events.append(.send(frame, connection: connection))
            } catch {
                events.append(report(order, request, .impossible(error)))
            }
        }
        return events
    }

    /// A device that is being registered has no MN yet. Source: HJ 212-2025, CN 1002 by implementations.
    private func addressee(of request: HostRequest) -> Station {
        guard case .setIdentity = request else { return station }
        var station = station
        station.mn = .empty
        return station
    }

    /// Takes a packet if it belongs to the order on its way.
    ///
    /// `handled` is false for data, which are delivered like any upload.
    mutating func take(_ packet: Packet, at now: Uptime) -> (handled: Bool, events: [HostEvent]) {
        guard var order = running else { return (false, []) }
        if let answer = Answer(packet) {
            guard answer.answeredQN == order.qn else { return (false, []) }
            return (true, take(answer.content, at: now))
        }
        guard let command = packet.cn, command == order.request.returns else { return (false, []) }
        order.isAccepted = true
        order.deadline = now + overTime
        defer { running = order }
        if command.isData {
            order.dataPackets += 1
            return (false, [])
        }
        guard packet.qn == order.qn || command == .deviceInformation, let message = FieldMessage(packet) else {
            return (false, [])
        }
        if order.messages.count < 1_000 { order.messages.append(message) }
        return (true, [])
    }

    private mutating func take(_ answer: Answer.Content, at now: Uptime) -> [HostEvent] {
        switch answer {
        case .request(.ready):
            running?.isAccepted = true
            running?.deadline = now + overTime
            return []
        case .request(let verdict): return finish(.refused(verdict))
        case .execution(let result): return finish(.finished(result))
        case .notification: return running?.request.isNotification == true ? finish(.finished(.success)) : []
        case .data, .login: return []
        }
    }

    /// Repeats or gives up what was not answered in time. `connections`: as in ``proceed(at:civil:connections:)``.
    mutating func tick(at now: Uptime, connections: Int) -> [HostEvent] {
        guard var order = running, now >= order.deadline else { return [] }
        if order.request.isSecret, connections != 1 { return finish(.withheld(connections: connections)) }
        if order.isAccepted { return finish(.unfinished) }
        guard order.sends <= reCount else { return finish(.noAnswer) }
        order.sends += 1
        order.deadline = now + overTime
        running = order
        return [.send(order.frame, connection: order.connection)]
    }

    /// The connection is gone, and with it what was to be sent on it.
    mutating func closed(_ connection: UInt64) -> [HostEvent] {
        guard self.connection == connection else { return [] }
        self.connection = nil
        let events = running?.connection == connection ? finish(.disconnected) : []
        return events + abandon()
    }

    /// Ends the orders that wait: there is nobody to whom they could be sent.
    mutating func abandon() -> [HostEvent] {
        defer { waiting = [] }
        return waiting.map { report($0, $0.request, .disconnected) }
    }

    private mutating func finish(_ outcome: OrderReport.Outcome) -> [HostEvent] {
        guard let order = running else { return [] }
        running = nil
        return [
            .done(
                OrderReport(
                    id: order.order.id, device: device, request: order.request, outcome: outcome,
                    messages: order.messages, dataPackets: order.dataPackets))
        ]
    }

    private func report(_ order: Order, _ request: HostRequest, _ outcome: OrderReport.Outcome) -> HostEvent {
        .done(
            OrderReport(
                id: order.id, device: device, request: request, outcome: outcome, messages: [], dataPackets: 0))
    }
}

extension HostRequest {
    /// Whether who reads it could be the device from then on.
    fileprivate var isSecret: Bool {
        switch self {
        case .setPassword, .setKey: true
        default: false
        }
    }

    /// The same as it is sent at `time`.
    fileprivate func sent(at time: CivilTime) -> HostRequest {
        switch self {
        case .setTime(_, let factor): .setTime(time, factor: factor)
        case .setKey(_, let key): .setKey(createdAt: time, key)
        default: self
        }
    }
}
