import Glibc
import Telemetry

/// Keeps one connection to a TCP server: connects without blocking, and again after a pause when that failed or ended.
final class LineDialer: LineOpener {
    private enum State {
        case waiting(until: Uptime)
        case connecting(LineConnection, until: Uptime)
        case open
    }

    private let host: String
    private let port: UInt16
    private let timeout: Duration
    private var state = State.waiting(until: .zero)
    private var backoff: Backoff
    private var attempts = 0
    private var generator = SystemRandomNumberGenerator()

    init(host: String, port: UInt16, limits: LineLimits) {
        self.host = host
        self.port = port
        timeout = limits.connecting
        backoff = Backoff(limit: limits.retry)
    }

    var watched: (descriptor: Int32, events: Int16)? {
        if case .connecting(let connection, _) = state { (connection.descriptor.raw, Int16(POLLOUT)) } else { nil }
    }

    var deadline: Uptime {
        switch state {
        case .waiting(let until): until
        case .connecting(_, let until): until
        case .open: .never
        }
    }

    func proceed(ready: Bool, open: Int, at now: Uptime) -> [LineOpenerEvent] {
        do throws(SystemError) {
            return try advance(ready: ready, at: now).map { [.opened($0)] } ?? []
        } catch {
            state = .waiting(until: now + backoff.pause(using: &generator))
            return [.failed(error)]
        }
    }

    func ended(hadTraffic: Bool, at now: Uptime) {
        if hadTraffic { backoff.reset() }
        state = .waiting(until: now + backoff.pause(using: &generator))
    }

    private func advance(ready: Bool, at now: Uptime) throws(SystemError) -> LineConnection? {
        switch state {
        case .open:
            return nil
        case .waiting(let until):
            return now >= until ? try dial(at: now) : nil
        case .connecting(let connection, let until):
            guard ready else {
                guard now < until else { throw SystemError("connect to", connection.peer, code: ETIMEDOUT) }
                return nil
            }
            let code = Sockets.pendingError(connection.descriptor.raw)
            guard code == 0 else { throw SystemError("connect to", connection.peer, code: code) }
            return established(connection, at: now)
        }
    }

    private func dial(at now: Uptime) throws(SystemError) -> LineConnection? {
        let addresses = try SocketAddress.resolve(host: host, port: port)
        // A name with several addresses: the next one each time.
        let address = addresses[attempts % addresses.count]
        attempts = (attempts + 1) % 1_000
        let descriptor = try Sockets.open(for: address)
        let isConnected = try Sockets.connect(descriptor.raw, to: address)
        let connection = LineConnection(descriptor, peer: address.text, medium: .network, at: now)
        if isConnected { return established(connection, at: now) }
        state = .connecting(connection, until: now + timeout)
        return nil
    }

    private func established(_ connection: LineConnection, at now: Uptime) -> LineConnection {
        Sockets.tune(connection.descriptor.raw)
        connection.begin(at: now)
        state = .open
        return connection
    }
}
