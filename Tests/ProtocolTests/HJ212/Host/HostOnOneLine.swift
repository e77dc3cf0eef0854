import Telemetry

@testable import Protocol

/// An ``InstrumentHost`` whose connections follow one another, each numbered one higher, and whose wall clock goes with
/// the uptime.
struct HostOnOneLine {
    var host: InstrumentHost
    private(set) var connection: UInt64 = 0
    private var isOpen = false

    /// The civil time at uptime 0.
    static let epoch = CivilTime(year: 2024, month: 6, day: 1, hour: 8)

    init(devices: [InstrumentDevice], tolerance: Tolerance = .intake, keys: KeyRing = KeyRing()) {
        var settings = HostSettings()
        settings.tolerance = tolerance
        settings.keys = keys
        host = InstrumentHost(devices: devices, settings: settings)
    }

    /// One device for each MN, or one for all.
    init(mns: [String] = [], tolerance: Tolerance = .intake) {
        self.init(
            devices: mns.isEmpty ? [InstrumentDevice(mn: nil)] : mns.map { InstrumentDevice(mn: $0) },
            tolerance: tolerance)
    }

    static func civil(at now: Uptime) -> CivilTime {
        CivilTime(localMilliseconds: epoch.localMilliseconds + (now - Uptime.zero).wholeMilliseconds)
    }

    mutating func open() {
        guard !isOpen else { return }
        isOpen = true
        connection += 1
        host.opened(connection)
    }

    mutating func receive(_ bytes: some Sequence<UInt8>, at now: Uptime) -> [HostEvent] {
        open()
        return host.receive(bytes, on: connection, at: now, civil: Self.civil(at: now))
    }

    /// A frame of this segment arrives.
    mutating func receive(segment: String, at now: Uptime) -> [HostEvent] { receive(framed(segment), at: now) }

    mutating func tick(at now: Uptime) -> [HostEvent] { host.tick(at: now, civil: Self.civil(at: now)) }

    mutating func close(at now: Uptime) -> [HostEvent] {
        isOpen = false
        return host.closed(connection, at: now, civil: Self.civil(at: now))
    }

    /// Gives an order; throws when too many wait.
    @discardableResult
    mutating func order(
        _ request: HostRequest, device: Int = 0, at now: Uptime
    ) throws -> (id: OrderID, events: [HostEvent]) {
        let order = host.order(request, ofDevice: device, at: now, civil: Self.civil(at: now))
        guard let order else { throw TooManyOrders() }
        return order
    }
}

struct TooManyOrders: Error {}

extension [HostEvent] {
    /// The segments of the frames that are to be sent.
    var sent: [String] {
        compactMap { event in
            guard case .send(let bytes, _) = event else { return nil }
            return scan(bytes).first?.frame.map { String(decoding: $0.segment, as: UTF8.self) } ?? "no good frame"
        }
    }

    /// The frames that are to be sent, without CR LF.
    var sentFrames: [String] {
        compactMap {
            if case .send(let bytes, _) = $0 { String(decoding: bytes.dropLast(2), as: UTF8.self) } else { nil }
        }
    }

    var uploads: [HJ212Upload] {
        compactMap { if case .upload(let upload, _) = $0 { upload } else { nil } }
    }

    var reports: [OrderReport] {
        compactMap { if case .done(let report) = $0 { report } else { nil } }
    }
}
