import CMosquitto
import Glibc

/// Where the library's callbacks put what happened. They run inside the calls of the one thread that uses the connection.
///
/// Bounded by what one round of reading can bring: a few packets at a time, and the caller takes them out in between.
final class MQTTMailbox {
    private let usesTLS: Bool
    private(set) var events: [MQTTEvent] = []
    /// Bytes of the messages among ``events``.
    private(set) var messageBytes = 0
    /// Known better than what the library will say: the kernel's error, our own decision, a refusal. What the broker gives as its
    /// reason is known better still.
    var reason: MQTTError?
    private(set) var isConnected = false
    /// A connection was begun, and its end has not been told.
    private(set) var isOpen = false
    /// The library has logged that the broker's certificate did not hold, without saying why.
    private(set) var hasRefusedCertificate = false
    /// The largest packet that the broker takes, as it said last; the library goes on with that when it says nothing.
    private(set) var packetLimit: Int?

    init(usesTLS: Bool) {
        self.usesTLS = usesTLS
    }

    func takeEvents() -> [MQTTEvent] {
        defer {
            events.removeAll(keepingCapacity: true)
            messageBytes = 0
        }
        return events
    }

    func opening() {
        reason = nil
        hasRefusedCertificate = false
        isOpen = true
    }

    func connected(code: Int32, flags: Int32, packetLimit limit: Int?) {
        guard code == 0 else {
            reason = MQTTError(connectCode: code)
            return
        }
        isConnected = true
        reason = nil
        packetLimit = limit ?? packetLimit
        events.append(.connected(sessionPresent: flags & 1 != 0))
    }

    /// The connection ended. The library may tell it more than once; the first time says why.
    func disconnected(_ error: MQTTError) {
        guard isOpen else { return }
        let error = error.isTold ? error : reason ?? error
        events.append(.disconnected(isConnected ? error.inSession : error.beforeSession(usesTLS: usesTLS)))
        reason = nil
        isConnected = false
        isOpen = false
    }

    /// Keeps what the library only logs: why TLS did not come about. The first line that says so says it best.
    func logged(_ text: String) {
        if text.contains("certificate verify failed") { hasRefusedCertificate = true }
        guard !isConnected, reason?.reason != .tls, reason?.reason != .file, let error = MQTTError(libraryLog: text)
        else { return }
        reason = error
    }

    func put(_ event: MQTTEvent) {
        if case .message(_, let payload) = event { messageBytes += payload.count }
        events.append(event)
    }
}

/// The callbacks: each finds the mailbox behind the client's user data and leaves one event there.
enum MQTTCallbacks {
    static func install(on client: OpaquePointer) {
        unsafe mosquitto_connect_v5_callback_set(client) { _, context, code, flags, properties in
            let limit = unsafe packetLimit(in: properties)
            unsafe mailbox(context)?.connected(code: code, flags: flags, packetLimit: limit)
        }
        unsafe mosquitto_disconnect_callback_set(client) { _, context, code in
            let system = errno
            unsafe mailbox(context)?.disconnected(MQTTError("connection", result: code, errno: system))
        }
        unsafe mosquitto_publish_v5_callback_set(client) { _, context, id, code, _ in
            unsafe mailbox(context)?.put(code < 0x80 ? .acknowledged(id) : .refused(id, code: code))
        }
        unsafe mosquitto_subscribe_v5_callback_set(client) { _, context, id, count, granted, _ in
            // One topic a subscription, so one answer.
            guard count > 0, let code = unsafe granted?.pointee else { return }
            unsafe mailbox(context)?.put(.subscribed(id, refusal: code < 0x80 ? nil : code))
        }
        unsafe mosquitto_log_callback_set(client) { _, context, level, text in
            guard level == MOSQ_LOG_ERR, let text = unsafe text else { return }
            unsafe mailbox(context)?.logged(String(cString: text))
        }
        unsafe mosquitto_message_callback_set(client) { _, context, message in
            guard let message = unsafe message?.pointee, let topic = unsafe message.topic else { return }
            // A retained message comes anew with each subscription: a command must not be obeyed for ever.
            guard unsafe !message.retain else { return }
            let bytes = unsafe UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
            let event = unsafe MQTTEvent.message(topic: String(cString: topic), payload: Array(bytes))
            unsafe mailbox(context)?.put(event)
        }
    }
}

/// MQTT 5.0, section 3.2.2.3.6; nil: the broker names no limit.
private func packetLimit(in properties: OpaquePointer?) -> Int? {
    var limit: UInt32 = 0
    let found = unsafe mosquitto_property_read_int32(
        properties, Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue), &limit, false)
    return unsafe found == nil ? nil : Int(limit)
}

private func mailbox(_ context: UnsafeMutableRawPointer?) -> MQTTMailbox? {
    unsafe context.map { unsafe Unmanaged<MQTTMailbox>.fromOpaque($0).takeUnretainedValue() }
}
