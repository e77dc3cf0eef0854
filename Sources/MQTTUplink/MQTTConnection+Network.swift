import CMosquitto
import Glibc
package import HostSystem
package import Telemetry

/// Sending, receiving and waiting. The library is told what the socket is ready for, and the socket is polled for what the library
/// wants and for nothing else, so that a connection takes no time while it waits.
extension MQTTConnection {
    /// Packets read in one round; then the caller gets to look at the events.
    private static let packetsPerRound = 256
    /// Bytes of messages after which a round ends.
    private static let bytesPerRound = 1 << 20
    /// Publishes of the broker that may wait for it to read their acknowledgements.
    private static let unansweredAtMost = 1_000

    /// Cuts the connection without a word, so that the broker publishes the will. The end is an event with `reason`.
    package mutating func drop(_ reason: MQTTError) {
        guard mailbox.isOpen else { return mailbox.put(.disconnected(reason)) }
        mailbox.reason = reason
        if socket >= 0 {
            shutdown(socket, Int32(SHUT_RDWR))
            read()
        }
        if mailbox.isOpen { abandon(reason) }
    }

    /// Cuts an attempt to connect that takes too long. The event says how far it came.
    package mutating func giveUp() {
        let words: BilingualText
        if socket < 0 || SocketAddress(of: socket, peer: true) == nil {
            words = .noAnswer
        } else {
            words = tls == gw_tls_shaking ? .stuckHandshake : .silentBroker(usesTLS: endpoint.tls != nil)
        }
        drop(MQTTError("connect to \(address)", reason: .timeout, words: words))
    }

    /// Sends, receives and waits until something happened, `wake` was set, or `deadline` has come.
    package mutating func wait(for wake: WakeDescriptor, until deadline: Uptime) -> [MQTTEvent] {
        var limit = deadline
        if mayHaveMore || !mailbox.events.isEmpty {
            limit = .zero
        } else if socket >= 0 {
            // Pings are due to the second.
            limit = min(deadline, SystemClock.uptime + .seconds(1))
        }
        let readiness = poll(wake: wake, until: limit)
        if readiness.isWoken { wake.clear() }
        return service(readiness.socket)
    }

    /// Sends and receives what the socket allows, and pings when that is due. For one who polls many connections; each
    /// wants this about once a second at least.
    package mutating func service(_ readiness: PollSet.Readiness) -> [MQTTEvent] {
        if readiness.hasFailed { noteSocketError() }
        // Reading also takes a handshake on, which may have waited to write.
        let canWriteTLS = readiness.canWrite && tls == gw_tls_wants_write
        if readiness.canRead || readiness.hasFailed || mayHaveMore || canWriteTLS { read() }
        // What was put down during the handshake goes out when that has come to its end.
        let hasPackets = unsafe mosquitto_want_write(client)
        if readiness.canWrite || hasPackets { write() }
        if socket >= 0 { _ = unsafe mosquitto_loop_misc(client) }
        let events = mailbox.takeEvents()
        for event in events {
            choice.note(event)
            noteAddress(event)
        }
        return events
    }

    /// A session alone proves nothing: a broker may be up and have lost what is behind it.
    private mutating func noteAddress(_ event: MQTTEvent) {
        switch event {
        case .acknowledged, .refused, .subscribed:
            guard !hasAnswered else { return }
            hasAnswered = true
            addresses.note(hasAnswered: true)
        case .disconnected:
            if !hasAnswered { addresses.note(hasAnswered: false) }
            hasAnswered = false
        case .connected, .message: break
        }
    }

    /// The open socket to poll, negative when there is none, and whether something waits for it to become writable.
    package var interest: (descriptor: Int32, wantsWrite: Bool) {
        let socket = socket
        guard socket >= 0 else { return (socket, false) }
        let tls = tls
        if tls == gw_tls_none { return unsafe (socket, mosquitto_want_write(client)) }
        return (socket, tls == gw_tls_wants_write)
    }

    /// The open socket, or -1.
    var socket: Int32 { isAbandoned ? -1 : unsafe mosquitto_socket(client) }

    var tls: gw_tls { unsafe gw_mosquitto_tls(client) }

    /// With the number that was tried where the name has several.
    var address: String {
        let name = "\(endpoint.host):\(endpoint.port)"
        guard addresses.isPlural, let number = addresses.current else { return name }
        return "\(name) (\(number))"
    }

    private mutating func read() {
        for _ in 0..<Self.packetsPerRound {
            var drained: Int32 = 0
            var code: Int32 = 0
            let result = readOnce(&drained, &code)
            let isWriting = unsafe mosquitto_want_write(client)
            if inlet.unanswered(isWriting: isWriting) > Self.unansweredAtMost {
                mayHaveMore = false
                return abandon(MQTTError("connection", reason: .malformed, words: .deafBroker))
            }
            // The library goes on with a handshake whose connection is broken.
            let isBroken = result == MOSQ_ERR_SUCCESS.rawValue && tls == gw_tls_failed
            // After a DISCONNECT of the broker the library has closed the socket, and calls each further read a success.
            if drained != 0 || isBroken || socket < 0 {
                mayHaveMore = false
                // A failed TLS handshake closes the socket, but no callback tells it.
                if mailbox.isOpen {
                    if isBroken {
                        abandon(brokenHandshake(errno: code))
                    } else if result != MOSQ_ERR_SUCCESS.rawValue || socket < 0 {
                        abandon(failure(result, errno: code))
                    }
                }
                return hurryAcknowledgements()
            }
            if mailbox.messageBytes > Self.bytesPerRound { break }
        }
        mayHaveMore = true
    }

    /// While a handshake goes on, there is nothing of MQTT to read.
    private func readOnce(_ drained: inout Int32, _ code: inout Int32) -> Int32 {
        let tls = tls
        guard tls != gw_tls_shaking, tls != gw_tls_failed else {
            return unsafe gw_mosquitto_read(client, &drained, &code)
        }
        let session = unsafe mosquitto_ssl_get(client)
        var (isDrained, error): (Int32, Int32) = (0, 0)
        let result = unsafe inlet.whileOpen(socket, session: session) {
            unsafe gw_mosquitto_read(client, &isDrained, &error)
        }
        (drained, code) = (isDrained, error)
        return result
    }

    /// Writing to a connection that the broker has ended makes the library close it, and with it goes the reason that the broker gave.
    /// So what has come meanwhile is read before.
    private mutating func write() {
        guard socket >= 0 else { return }
        var set = PollSet()
        set.add(socket)
        set.wait(until: .zero)
        if set[0].canRead { read() }
        if socket >= 0 { _ = unsafe mosquitto_loop_write(client, 1) }
    }

    /// A broker that leaves Nagle's algorithm on sends one PUBACK and holds the others until it is known to have arrived, while
    /// we hold what is next until some of the window is free: without this a backlog drains at 40 ms a round.
    private func hurryAcknowledgements() {
        if socket >= 0 { Sockets.acknowledgeAtOnce(socket) }
    }

    /// Takes the connection for ended, although the library may keep its socket until the next connect.
    mutating func abandon(_ error: MQTTError) {
        let socket = socket
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
        isAbandoned = true
        mailbox.disconnected(error)
    }

    // MARK: Why

    /// What ended an attempt to connect, or a connection.
    func failure(_ result: Int32, errno code: Int32) -> MQTTError {
        let operation = mailbox.isConnected ? "connection" : "connect to \(address)"
        if result == MOSQ_ERR_TLS.rawValue {
            return refusedCertificate(operation)
                ?? MQTTError(operation, reason: .tls, code: result, words: handshakeWords)
        }
        return MQTTError(operation, result: result, errno: code)
    }

    /// What is wrong with the broker's certificate; nil: nothing that is known.
    private func refusedCertificate(_ operation: String) -> MQTTError? {
        let verdict = unsafe gw_mosquitto_verify_result(client)
        let hasAuthority = endpoint.tls?.authorityFile != nil
        let words = BilingualText.certificate(verdict, hasAuthority: hasAuthority)
        // Where the handshake fails within the call that connects, the session is gone, and the verdict with it.
        guard let words = words ?? (mailbox.hasRefusedCertificate ? .untrusted(hasAuthority: hasAuthority) : nil) else {
            return nil
        }
        return MQTTError(operation, reason: .tls, code: Int32(clamping: verdict), words: words)
    }

    /// The connection broke during the handshake; `code`: what the system said to the last step.
    func brokenHandshake(errno code: Int32) -> MQTTError {
        if let refused = refusedCertificate("connect to \(address)") { return refused }
        // The errno of a call that connects may be that of the byte by which the library wakes a loop that is not ours.
        let isUnknown = code == EAGAIN || code == EINPROGRESS || code == 0
        if isUnknown, socket >= 0, gw_was_connected(socket) == 0 {
            return MQTTError("connect to \(address)", network: ECONNREFUSED)
        }
        return switch code {
        // A peer that speaks no TLS hangs up on the first message, one that does not accept our certificate on what follows.
        case ECONNRESET, EPIPE, EPROTO, EAGAIN, EINPROGRESS, 0:
            MQTTError("connect to \(address)", reason: .tls, code: code, words: handshakeWords)
        default:
            MQTTError("connect to \(address)", network: code)
        }
    }

    private var handshakeWords: BilingualText {
        .brokenHandshake(hasCertificate: endpoint.tls?.certificateFile != nil)
    }

    /// Keeps what the kernel says about a failed connect, as the library only knows that it failed.
    private func noteSocketError() {
        let code = gw_socket_error(socket)
        guard code != 0, mailbox.reason == nil else { return }
        let isShaking = tls == gw_tls_shaking
        if isShaking {
            mailbox.reason = brokenHandshake(errno: code)
        } else {
            mailbox.reason = MQTTError(mailbox.isConnected ? "connection" : "connect to \(address)", network: code)
        }
    }

    /// `poll(2)`, and not the library's own loop, which uses `select(2)` and so fails from descriptor 1024 on.
    private func poll(wake: WakeDescriptor, until deadline: Uptime) -> (isWoken: Bool, socket: PollSet.Readiness) {
        var set = PollSet()
        set.add(wake.raw)
        let interest = interest
        // A negative descriptor is passed over.
        set.add(interest.descriptor, wantsWrite: interest.wantsWrite)
        set.wait(until: deadline)
        return (set[0].canRead, set[1])
    }
}
