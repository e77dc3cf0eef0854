import CMosquitto
import Glibc
package import HostSystem
package import Telemetry

/// One session with one broker over libmosquitto: fixed client id, persistent session, MQTT 5 or 3.1.1.
///
/// Used from one thread, which runs the network itself with ``wait(for:until:)``; so every callback runs on that thread and
/// there is nothing to lock. What is in flight when a connection ends is sent again by the library on the next one; a
/// new value of this type starts with nothing in flight, while the broker keeps the session.
@safe
package struct MQTTConnection: ~Copyable {
    private let client: OpaquePointer
    private let mailbox: MQTTMailbox
    private let endpoint: MQTTEndpoint
    private var choice: MQTTVersionChoice
    /// The socket is of no use any more, and the library does not know or does not close it before the next connect.
    private var isAbandoned = false
    /// Reading stopped at its bound, so that there may be more although the socket is silent (TLS).
    private var mayHaveMore = false

    /// Packets read in one round; then the caller gets to look at the events.
    private static let packetsPerRound = 256

    /// `mosquitto_lib_init` is the library's one call that is not thread safe.
    private static let library: Int32 = mosquitto_lib_init()

    /// Prepares the client; nothing is sent yet. Throws when a TLS file cannot be used.
    ///
    /// - Parameter version: what an earlier connection with this broker has found out; nil: nothing.
    package init(_ endpoint: MQTTEndpoint, version: MQTTVersionChoice? = nil) throws(MQTTError) {
        let version = version ?? MQTTVersionChoice(only: endpoint.version)
        precondition(Self.library == MOSQ_ERR_SUCCESS.rawValue, "libmosquitto starts")
        let mailbox = MQTTMailbox()
        let context = unsafe Unmanaged.passUnretained(mailbox).toOpaque()
        guard let client = unsafe mosquitto_new(endpoint.clientID, false, context) else {
            throw MQTTError("create client", reason: .invalid, code: errno, detail: SystemError.text(of: errno))
        }
        do throws(MQTTError) {
            try unsafe MQTTConnection.configure(client, endpoint)
        } catch {
            unsafe mosquitto_destroy(client)
            throw error
        }
        unsafe MQTTCallbacks.install(on: client)
        unsafe self.client = client
        self.mailbox = mailbox
        self.endpoint = endpoint
        choice = version
    }

    // The client goes before the mailbox it points to, which lives as long as this value.
    deinit { unsafe mosquitto_destroy(client) }

    /// The broker has accepted the session and the connection stands.
    package var isConnected: Bool { mailbox.isConnected }

    /// The version of the connection that stands, or of the next attempt.
    package var version: MQTTVersion { choice.current }

    /// What is known about the broker's version, for a connection that takes the place of this one.
    package var knownVersion: MQTTVersionChoice { choice }

    /// Begins to connect and returns; the outcome is an event of ``wait(for:until:)``. Only the look-up of a host name
    /// blocks. An attempt that hangs is for the caller to end, with ``drop(_:)``.
    package mutating func connect() {
        mayHaveMore = false
        isAbandoned = false
        mailbox.opening()
        let expiry = UInt32(clamping: endpoint.sessionExpiry.components.seconds)
        _ = unsafe gw_mosquitto_use_version(client, choice.current.libraryCode, expiry)
        var code: Int32 = 0
        let seconds = Int32(clamping: max(5, endpoint.keepAlive.components.seconds))
        let result = unsafe gw_mosquitto_connect(client, endpoint.host, Int32(endpoint.port), seconds, &code)
        if result != MOSQ_ERR_SUCCESS.rawValue {
            mailbox.disconnected(MQTTError("connect to \(address)", result: result, errno: code))
        }
    }

    /// Hands a publish with QoS 1 over to the library, which copies the bytes and sends them at once or when it can.
    ///
    /// - Parameter properties: sent with MQTT 5, left out with 3.1.1.
    /// - Returns: the identifier that its acknowledgement will bear. Success means nothing more than handed over.
    /// - Throws: ``MQTTError/Reason/tooLarge`` by the limit that the broker has told this value on any connection so far.
    package mutating func publish(
        topic: String, payload: [UInt8], retain: Bool = false, properties: MQTTPublishProperties? = nil
    ) throws(MQTTError) -> MQTTMessageID {
        var id: MQTTMessageID = 0
        let list = MQTTPropertyList(choice.current == .v5 ? properties : nil)
        let result = unsafe payload.withUnsafeBytes { bytes in
            unsafe mosquitto_publish_v5(
                client, &id, topic, Int32(clamping: bytes.count), bytes.baseAddress, 1, retain, list.raw)
        }
        switch mosq_err_t(rawValue: result) {
        case MOSQ_ERR_SUCCESS, MOSQ_ERR_NO_CONN, MOSQ_ERR_CONN_LOST, MOSQ_ERR_ERRNO, MOSQ_ERR_TLS:
            // Without a connection the library keeps a QoS 1 publish for the next one.
            return id
        case MOSQ_ERR_OVERSIZE_PACKET:
            throw MQTTError(payload: payload.count, limit: mailbox.packetLimit)
        default:
            throw MQTTError("publish", result: result)
        }
    }

    /// Until ``sendGathered()``, publishes share segments, as each alone costs a packet of its own and wakes the broker.
    package mutating func gather() {
        if socket >= 0 { Sockets.gather(socket, true) }
    }

    /// Sends what was published since ``gather()``.
    package mutating func sendGathered() {
        if socket >= 0 { Sockets.gather(socket, false) }
    }

    /// Asks for messages on `topic` with QoS 1. The broker's answer is the event ``MQTTEvent/subscribed(_:refusal:)``.
    ///
    /// - Returns: the identifier that the answer will bear; none comes when the connection is just ending.
    @discardableResult
    package mutating func subscribe(to topic: String) throws(MQTTError) -> MQTTMessageID {
        var id: MQTTMessageID = 0
        let result = unsafe mosquitto_subscribe(client, &id, topic, 1)
        switch mosq_err_t(rawValue: result) {
        case MOSQ_ERR_SUCCESS, MOSQ_ERR_NO_CONN, MOSQ_ERR_CONN_LOST, MOSQ_ERR_ERRNO, MOSQ_ERR_TLS: return id
        default: throw MQTTError("subscribe", result: result)
        }
    }

    /// Leaves in order: the broker drops the will and keeps the session. The end is an event.
    package mutating func disconnect() {
        _ = unsafe mosquitto_disconnect(client)
    }

    /// Cuts the connection without a word, so that the broker publishes the will. The end is an event with `reason`.
    package mutating func drop(_ reason: MQTTError) {
        guard mailbox.isOpen else { return mailbox.disconnected(reason) }
        mailbox.reason = reason
        if socket >= 0 {
            shutdown(socket, Int32(SHUT_RDWR))
            read()
        }
        if mailbox.isOpen { abandon(reason) }
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
        if readiness.canRead || readiness.hasFailed || mayHaveMore { read() }
        if readiness.canWrite, socket >= 0 { _ = unsafe mosquitto_loop_write(client, 1) }
        if socket >= 0 { _ = unsafe mosquitto_loop_misc(client) }
        let events = mailbox.takeEvents()
        for event in events { choice.note(event) }
        return events
    }

    /// The open socket to poll, negative when there is none, and whether bytes wait for it to become writable.
    package var interest: (descriptor: Int32, wantsWrite: Bool) {
        let socket = socket
        return unsafe (socket, socket >= 0 && mosquitto_want_write(client))
    }

    /// The open socket, or -1.
    private var socket: Int32 { isAbandoned ? -1 : unsafe mosquitto_socket(client) }

    private var address: String { "\(endpoint.host):\(endpoint.port)" }

    private mutating func read() {
        for _ in 0..<Self.packetsPerRound {
            var drained: Int32 = 0
            var code: Int32 = 0
            let result = unsafe gw_mosquitto_read(client, &drained, &code)
            if drained != 0 {
                mayHaveMore = false
                // A failed TLS handshake closes the socket, but no callback tells it.
                let hasFailed = result != MOSQ_ERR_SUCCESS.rawValue || socket < 0
                if hasFailed, mailbox.isOpen {
                    abandon(MQTTError("connect to \(address)", result: result, errno: code))
                }
                return hurryAcknowledgements()
            }
        }
        mayHaveMore = true
    }

    /// A broker that leaves Nagle's algorithm on sends one PUBACK and holds the others until it is known to have arrived, while
    /// we hold what is next until some of the window is free: without this a backlog drains at 40 ms a round.
    private func hurryAcknowledgements() {
        if socket >= 0 { Sockets.acknowledgeAtOnce(socket) }
    }

    private mutating func abandon(_ error: MQTTError) {
        isAbandoned = true
        mailbox.disconnected(error)
    }

    /// Keeps what the kernel says about a failed connect, as the library only knows that it failed.
    private func noteSocketError() {
        let code = gw_socket_error(socket)
        guard code != 0, mailbox.reason == nil else { return }
        let operation = mailbox.isConnected ? "connection" : "connect to \(address)"
        mailbox.reason = MQTTError(operation, reason: .network, code: code, detail: SystemError.text(of: code))
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
