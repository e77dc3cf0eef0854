import Protocol
import Telemetry

@testable import GatewayCore

/// Drives a ``BusMachine`` by hand: the clock moves only by what requests and waits take.
struct SimulatedBus {
    /// What a device makes of a request, and how long that takes.
    typealias Behaviour = (ReadRequest, Uptime) -> (outcome: ReadOutcome, time: Duration)

    struct Asked {
        let at: Uptime
        let device: Int
        let request: ReadRequest
    }

    struct Brought {
        let at: Uptime
        let result: PollResult
    }

    static let start = Uptime(nanoseconds: 1_000_000_000_000)

    var machine: BusMachine
    var now = SimulatedBus.start
    var devices: [Behaviour]
    /// Whether the line can be opened at a moment.
    var canConnect: (Uptime) -> Bool = { _ in true }
    var connectTime: Duration = .milliseconds(1)
    private(set) var asked: [Asked] = []
    private(set) var brought: [Brought] = []
    private(set) var connectAttempts: [Uptime] = []
    private(set) var closes: [Uptime] = []

    init(_ bus: BusConfiguration, seed: UInt64 = 1, cuts: [String: RequestCuts] = [:], devices: [Behaviour]? = nil) {
        machine = BusMachine(bus, start: Self.start, seed: seed, cuts: cuts)
        self.devices = devices ?? bus.devices.map { _ in Self.answering() }
    }

    /// Answers every request: each register says its own address.
    static func answering(in time: Duration = .milliseconds(20)) -> Behaviour {
        { request, _ in (.words((0..<request.count).map { UInt16(Int(request.address) + $0) }), time) }
    }

    /// Answers nothing.
    static func silent(_ timeout: Duration = .seconds(1)) -> Behaviour {
        { _, _ in (.failed(.timeout), timeout) }
    }

    /// Refuses every request that touches one of `missing`.
    static func lacking(_ missing: Set<Int>, code: UInt8 = 2) -> Behaviour {
        { request, now in
            let span = Int(request.address)..<Int(request.address) + request.count
            guard missing.isDisjoint(with: span) else { return (.failed(.exception(code: code)), .milliseconds(5)) }
            return answering()(request, now)
        }
    }

    private var wall: WallInstant {
        WallInstant(millisecondsSince1970: 1_700_000_000_000) + (now - Self.start)
    }

    mutating func run(for duration: Duration) {
        let end = now + duration
        while now < end {
            switch machine.next(at: now, wall: wall) {
            case .connect:
                connectAttempts.append(now)
                now = now + connectTime
                if canConnect(now) {
                    machine.connected(at: now)
                } else {
                    machine.connectFailed(.line(.refused), at: now)
                }
            case .close:
                closes.append(now)
            case .report(let result):
                brought.append(Brought(at: now, result: result))
            case .read(let device, _, let request):
                asked.append(Asked(at: now, device: device, request: request))
                let (outcome, time) = devices[device](request, now)
                now = now + time
                if let result = machine.completed(outcome, at: now, wall: wall) {
                    brought.append(Brought(at: now, result: result))
                }
            case .wait(let until):
                precondition(until > now, "a wait must end later")
                now = min(until, end)
            }
        }
    }

    /// Results of one device.
    func results(of device: Int) -> [Brought] { brought.filter { $0.result.device == device } }

    /// Forgets what has been recorded.
    mutating func forget() {
        asked = []
        brought = []
        connectAttempts = []
        closes = []
    }
}

extension BusConfiguration {
    /// `count` devices with units from 1, each with `registers` holding registers from 0.
    static func sample(
        _ transport: BusTransport = .serial(SerialSettings(path: "/dev/ttyS1", baud: 115_200)), devices count: Int = 1,
        registers: Int = 4, poll: Duration = .seconds(1), timeout: Duration = .seconds(1), retries: Int = 1
    ) -> BusConfiguration {
        BusConfiguration(
            id: "bus", transport: transport, timeout: timeout, retries: retries,
            devices: (0..<count).map { index in
                DeviceConfiguration(
                    id: "device-\(index)", unit: UInt8(index + 1), poll: poll,
                    registers: (0..<registers).map { .word("r\($0)", at: UInt16($0)) })
            })
    }
}

extension BusTransport {
    static let network = BusTransport.tcp(host: "10.0.0.5", port: 502)
}

extension RegisterConfiguration {
    static func word(_ name: String, at address: UInt16) -> RegisterConfiguration {
        RegisterConfiguration(name: name, field: RegisterField(table: .holding, address: address, type: .uint16))
    }
}

extension PollResult {
    /// The reason all readings failed for; nil when any did not.
    var commonFailure: ReadFailure? {
        readings.allSatisfy { $0.flag == .noCommunication && $0.failure == readings.first?.failure }
            ? readings.first?.failure : nil
    }
}
