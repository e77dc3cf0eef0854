import Telemetry

/// One connection of a line: bytes in, frames and defects out, time limits kept.
struct HostConnection: Sendable {
    /// How long to wait for a line end before a frame is taken without it.
    static let tailTimeout = Duration.milliseconds(200)
    /// A frame that comes in pieces may take so many times the time limit of a standstill.
    static let slowness = 6
    /// A peer that sends so many bytes without a good frame among them speaks another language.
    static let garbageLimit = 65_536
    /// So many frames in a row that stood still are a peer that cannot be read.
    static let standstillLimit = 5
    /// So many refused frames without a good one among them are a peer that does not belong here.
    static let refusalLimit = 10

    private var scanner: FrameScanner
    private let frameTimeout: Duration
    /// When the frame that is incomplete began.
    private var begun: Uptime?
    private var heard = Uptime.zero
    private var skipped = 0
    private var standstills = 0
    /// Refused frames since the last good one.
    private var refusals = 0
    /// The device that was heard on it last; nil: it may be anybody's.
    private(set) var device: Int?
    /// All devices that were heard on it.
    private(set) var devices: Set<Int> = []

    init(_ settings: HostSettings) {
        scanner = FrameScanner(tolerance: settings.tolerance, keys: settings.keys)
        frameTimeout = settings.frameTimeout
    }

    /// A good frame of a device came on it.
    mutating func heard(_ device: Int) {
        self.device = device
        devices.insert(device)
        refusals = 0
    }

    mutating func wasRefused() { refusals += 1 }

    /// Whether nothing that it brings is looked at any more.
    var isRefused: Bool { refusals >= Self.refusalLimit }

    mutating func use(_ keys: KeyRing) { scanner.keys = keys }

    /// When ``tick(at:)`` has something to do.
    var deadline: Uptime? {
        guard let begun else { return nil }
        if scanner.pending == .tail { return heard + Self.tailTimeout }
        return min(heard + frameTimeout, begun + frameTimeout * Self.slowness)
    }

    mutating func receive(_ bytes: some Sequence<UInt8>, at now: Uptime) -> [ScannedItem] {
        let items = scanner.feed(bytes)
        heard = now
        if !scanner.holdsBytes {
            begun = nil
        } else if begun == nil || !items.isEmpty {
            begun = now
        }
        count(items)
        return items
    }

    /// Resolves what has been incomplete for too long.
    mutating func tick(at now: Uptime) -> [ScannedItem] {
        guard let deadline, now >= deadline else { return [] }
        if scanner.pending == .frame { standstills += 1 }
        return close()
    }

    /// Resolves what is incomplete: nothing more comes.
    mutating func close() -> [ScannedItem] {
        begun = nil
        let items = scanner.expire()
        count(items)
        return items
    }

    /// Why the peer is to be left, if it is.
    var complaint: BilingualText? {
        if isRefused {
            return .init("\(refusals) refused frames and no good one", zh: "\(refusals) 条报文被拒收，没有有效报文")
        }
        let useless = skipped + scanner.unreportedBytes
        if useless > Self.garbageLimit {
            return .init("\(useless) bytes without a usable frame", zh: "\(useless) 字节中没有可用的报文")
        }
        return standstills >= Self.standstillLimit
            ? .init("\(standstills) frames in a row stopped half-way", zh: "连续 \(standstills) 条报文中途停止") : nil
    }

    private mutating func count(_ items: [ScannedItem]) {
        for item in items {
            switch item {
            case .frame:
                skipped = 0
                standstills = 0
            case .defect(let defect): skipped += defect.length
            }
        }
    }
}
