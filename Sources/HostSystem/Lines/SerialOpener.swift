import Telemetry

/// Keeps one serial port open: opens it, and again after a pause when that failed or it was unplugged.
final class SerialOpener: LineOpener {
    private let settings: SerialSettings
    private var backoff: Backoff
    private var generator = SystemRandomNumberGenerator()
    private var next = Uptime.zero

    init(_ settings: SerialSettings, limits: LineLimits) {
        self.settings = settings
        backoff = Backoff(limit: limits.retry)
    }

    var watched: (descriptor: Int32, events: Int16)? { nil }
    var deadline: Uptime { next }

    func proceed(ready: Bool, open: Int, at now: Uptime) -> [LineOpenerEvent] {
        guard open == 0, now >= next else { return [] }
        do throws(SystemError) {
            let descriptor = try SerialPort.open(settings)
            next = .never
            return [.opened(LineConnection(descriptor, peer: settings.path, medium: .serialPort, at: now))]
        } catch {
            next = now + backoff.pause(using: &generator)
            return [.failed(error)]
        }
    }

    func ended(hadTraffic: Bool, at now: Uptime) {
        if hadTraffic { backoff.reset() }
        next = now + backoff.pause(using: &generator)
    }
}
