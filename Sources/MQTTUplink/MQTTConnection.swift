import CMosquitto
import Glibc
import HostSystem
import Telemetry

/// One broker session over libmosquitto, served by the thread that owns it: no thread of the library's runs.
///
/// The session is persistent: publishes that were not acknowledged are sent again by the library after a reconnect, with
/// their old message identifiers. Its own queue has no bound, so never more than the window may be handed to it.
@safe
package final class MQTTConnection {
    /// `mosquitto_lib_init` is the one call that is not thread safe.
    private static let library: Int32 = mosquitto_lib_init()

    private let raw: OpaquePointer
    private let mailbox: Unmanaged<MQTTMailbox>
    private let parameters: MQTTParameters
    private var hasConnected = false

    package init(_ parameters: MQTTParameters) throws(MQTTError) {
        _ = Self.library
        self.parameters = parameters
        unsafe mailbox = Unmanaged.passRetained(MQTTMailbox())
        guard let raw = unsafe mosquitto_new(parameters.clientID, false, mailbox.toOpaque()) else {
            unsafe mailbox.release()
            throw MQTTError("create a session", detail: SystemError.text(of: errno))
        }
        unsafe self.raw = raw
        setCallbacks()
        try configure()
    }

    deinit {
        unsafe mosquitto_destroy(raw)
        unsafe mailbox.release()
    }

    private func setCallbacks() {
        unsafe mosquitto_connect_callback_set(raw) { _, context, code in
            let reason = unsafe String(cString: mosquitto_connack_string(code))
            unsafe MQTTConnection.post(code == 0 ? .connected : .refused(reason: reason), to: context)
        }
        unsafe mosquitto_disconnect_callback_set(raw) { _, context, code in
            let reason = unsafe code == 0 ? "closed" : String(cString: mosquitto_strerror(code))
            unsafe MQTTConnection.post(.disconnected(reason: reason), to: context)
        }
        unsafe mosquitto_publish_callback_set(raw) { _, context, identifier in
            unsafe MQTTConnection.post(.acknowledged(identifier), to: context)
        }
    }

    private static func post(_ event: MQTTEvent, to context: UnsafeMutableRawPointer?) {
        guard let context = unsafe context else { return }
        unsafe Unmanaged<MQTTMailbox>.fromOpaque(context).takeUnretainedValue().events.append(event)
    }

    private func configure() throws(MQTTError) {
        // Without it Nagle's algorithm and delayed acknowledgements put 40 ms on the tail.
        try check("set TCP_NODELAY", unsafe mosquitto_int_option(raw, MOSQ_OPT_TCP_NODELAY, 1))
        try check("set the window", unsafe mosquitto_max_inflight_messages_set(raw, UInt32(parameters.window)))
        try check(
            "set the will",
            unsafe parameters.willPayload.withUnsafeBytes { payload in
                unsafe mosquitto_will_set(
                    raw, parameters.willTopic, Int32(payload.count), payload.baseAddress, 1, true)
            })
        if let username = parameters.username {
            try check("set the user name", unsafe mosquitto_username_pw_set(raw, username, parameters.password))
        }
        if let tls = parameters.tls {
            let directory = tls.caFile == nil ? "/etc/ssl/certs" : nil
            try check(
                "set up TLS",
                unsafe mosquitto_tls_set(raw, tls.caFile, directory, tls.certificateFile, tls.keyFile, nil))
        }
    }

    private func check(_ operation: String, _ result: Int32) throws(MQTTError) {
        let code = errno
        guard result == MOSQ_ERR_SUCCESS.rawValue.asResult else {
            throw MQTTError(operation, result: result, errorNumber: code)
        }
    }

    // MARK: Connecting

    /// Opens the connection and asks for the session; ``MQTTEvent/connected`` or ``MQTTEvent/refused(reason:)`` follows.
    /// Blocks while the network opens it.
    package func connect() throws(MQTTError) {
        let target = "connect to \(parameters.host):\(parameters.port)"
        if hasConnected {
            try check(target, unsafe mosquitto_reconnect(raw))
        } else {
            let keepAlive = Int32(clamping: max(5, parameters.keepAlive.wholeMilliseconds / 1_000))
            try check(
                target, unsafe mosquitto_connect(raw, parameters.host, Int32(parameters.port), keepAlive))
            hasConnected = true
        }
    }

    /// Says goodbye: the broker does not publish the will.
    package func disconnect() { unsafe _ = mosquitto_disconnect(raw) }

    // MARK: Serving

    /// For `poll(2)`; -1 when closed.
    package var descriptor: Int32 { unsafe mosquitto_socket(raw) }

    package var wantsToWrite: Bool { unsafe mosquitto_want_write(raw) }

    /// Reads, writes and keeps the session alive, as far as that does not block. Events gather meanwhile.
    package func serve(readable: Bool, writable: Bool) {
        if readable { unsafe _ = mosquitto_loop_read(raw, 100) }
        if writable { unsafe _ = mosquitto_loop_write(raw, 100) }
        unsafe _ = mosquitto_loop_misc(raw)
    }

    /// What has happened since the last call.
    package func takeEvents() -> [MQTTEvent] {
        let mailbox = unsafe mailbox.takeUnretainedValue()
        guard !mailbox.events.isEmpty else { return [] }
        defer { mailbox.events = [] }
        return mailbox.events
    }

    /// Publishes with QoS 1 and returns the message identifier that its acknowledgement will name.
    package func publish(topic: String, payload: [UInt8], retain: Bool = false) throws(MQTTError) -> Int32 {
        var identifier: Int32 = 0
        let result = unsafe payload.withUnsafeBytes { bytes in
            unsafe mosquitto_publish(raw, &identifier, topic, Int32(bytes.count), bytes.baseAddress, 1, retain)
        }
        // Without a connection the library keeps the message and sends it later; that is as good.
        if result != MOSQ_ERR_NO_CONN.rawValue.asResult { try check("publish to \(topic)", result) }
        return identifier
    }
}
