import CBrokerInlet
import CMosquitto
import Glibc
import HostSystem
import Telemetry

/// One session with one broker over libmosquitto: fixed client id, persistent session, MQTT 5 or 3.1.1.
///
/// Used from one thread, which runs the network itself with ``wait(for:until:)``; so every callback runs on that thread and
/// there is nothing to lock. What is in flight when a connection ends is sent again by the library on the next one; a
/// new value of this type starts with nothing in flight, while the broker keeps the session.
@safe
package struct MQTTConnection: ~Copyable {
    let client: OpaquePointer
    let mailbox: MQTTMailbox
    let inlet = MQTTInlet()
    var addresses: MQTTAddressChoice
    /// The broker has acknowledged something on this connection.
    var hasAnswered = false
    var endpoint: MQTTEndpoint
    var choice: MQTTVersionChoice
    /// The socket is of no use any more, and the library does not know or does not close it before the next connect.
    var isAbandoned = false
    /// Reading stopped at its bound, so that there may be more although the socket is silent (TLS).
    var mayHaveMore = false

    /// `mosquitto_lib_init` is the library's one call that is not thread safe.
    private static let library: Int32 = mosquitto_lib_init()

    /// Prepares the client; nothing is sent yet. Throws when a TLS file cannot be used.
    ///
    /// - Parameters:
    ///   - version: what an earlier connection with this broker has found out about its version; nil: nothing.
    ///   - addresses: the same about its addresses.
    package init(
        _ endpoint: MQTTEndpoint, version: MQTTVersionChoice? = nil, addresses: MQTTAddressChoice? = nil
    ) throws(MQTTError) {
        let version = version ?? MQTTVersionChoice(only: endpoint.version)
        precondition(Self.library == MOSQ_ERR_SUCCESS.rawValue, "libmosquitto starts")
        let mailbox = MQTTMailbox(usesTLS: endpoint.tls != nil)
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
        self.addresses = addresses ?? MQTTAddressChoice(MQTTAddressChoice.system)
    }

    // The client goes before the mailbox it points to, which lives as long as this value.
    deinit { unsafe mosquitto_destroy(client) }

    /// The broker has accepted the session and the connection stands.
    package var isConnected: Bool { mailbox.isConnected }

    /// The version of the connection that stands, or of the next attempt.
    package var version: MQTTVersion { choice.current }

    /// What is known about the broker's version, for a connection that takes the place of this one.
    package var knownVersion: MQTTVersionChoice { choice }

    /// What is known about the broker's addresses, for the same.
    package var knownAddresses: MQTTAddressChoice { addresses }

    /// Uses another password from the next connection on.
    package mutating func use(password: [UInt8]) throws(MQTTError) {
        endpoint.password = password
        try unsafe MQTTConnection.setCredentials(client, endpoint)
    }

    /// Begins to connect and returns; the outcome is an event of ``wait(for:until:)``. Only the look-up of a host name
    /// blocks. An attempt that hangs is for the caller to end, with ``giveUp()``.
    package mutating func connect() {
        mayHaveMore = false
        isAbandoned = false
        mailbox.opening()
        choice.connecting(at: SystemClock.uptime)
        let numeric: String
        do throws(SystemError) {
            numeric = try addresses.next(of: endpoint.host)
        } catch {
            return mailbox.disconnected(MQTTError("connect to \(address)", lookUp: error.code))
        }
        listen()
        let expiry = UInt32(clamping: endpoint.sessionExpiry.components.seconds)
        _ = unsafe gw_mosquitto_use_version(
            client, choice.current.libraryCode, expiry, UInt32(MQTTPacketFilter.largestPacket))
        var code: Int32 = 0
        let seconds = Int32(clamping: max(5, endpoint.keepAlive.components.seconds))
        // The library keeps the name, which the broker's certificate must bear.
        let result = unsafe numeric.withCString { address in
            unsafe gw_inlet_resolve_to(address)
            defer { gw_inlet_resolve_to(nil) }
            return unsafe gw_mosquitto_connect(client, endpoint.host, Int32(endpoint.port), seconds, &code)
        }
        if result != MOSQ_ERR_SUCCESS.rawValue {
            mailbox.disconnected(failure(result, errno: code))
        } else if tls == gw_tls_failed {
            abandon(brokenHandshake(errno: code))
        }
    }

    /// Prepares for what will come in. The library closes the connection after a fault, and the mailbox knows why.
    private func listen() {
        let (version, isFixed, address) = (choice.current, choice.isFixed, address)
        inlet.reset(version: version) { [mailbox] fault in
            let operation = mailbox.isConnected ? "connection" : "connect to \(address)"
            mailbox.reason = MQTTError(operation, fault: fault, version: version, isFixed: isFixed)
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
        let packet = MQTTPacketSize.publish(
            topic: topic, payload: payload.count, version: choice.current, properties: properties)
        // The library leaves a byte out of its count.
        if let limit = mailbox.packetLimit, packet > limit {
            throw MQTTError(payload: payload.count, packet: packet, limit: limit)
        }
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
            throw MQTTError(payload: payload.count, packet: packet, limit: mailbox.packetLimit)
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
}
