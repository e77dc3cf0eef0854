import CMosquitto
import Glibc
import HostSystem
package import Telemetry

/// Why something with the broker failed, in words for the operator. Never holds a password or a payload.
package struct MQTTError: BilingualError, Equatable {
    package enum Reason: Equatable, Sendable {
        /// The host's name is not known.
        case unknownHost
        /// Nobody listens, no route, connection reset: what the kernel said.
        case network
        /// TLS could not be set up: a certificate that is not trusted, a wrong name, a port that speaks no TLS.
        case tls
        /// A file of ours, with a password or a certificate, cannot be used as it is.
        case file
        /// The broker answered and refused the session: client id, credentials, permissions.
        case refused
        /// No answer in time.
        case timeout
        /// The broker closed the connection.
        case closedByBroker
        /// The broker closed the connection because another client came with our identifier.
        case takenOver
        /// We closed it.
        case closedHere
        /// The library rejects what it was given, such as a topic.
        case invalid
        /// The broker has said that it takes no packet so large.
        case tooLarge
        /// The broker sent what the protocol does not allow.
        case malformed
        case other
    }

    package let operation: String
    package let reason: Reason
    /// The library's code, a CONNACK code for ``Reason/refused``, or an errno for ``Reason/network``.
    package let code: Int32
    /// What went wrong, without the operation.
    package let words: BilingualText

    package init(_ operation: String, reason: Reason, code: Int32 = 0, words: BilingualText) {
        self.operation = operation
        self.reason = reason
        self.code = code
        self.words = words
    }

    /// `detail` in both languages.
    package init(_ operation: String, reason: Reason, code: Int32 = 0, detail: String) {
        self.init(operation, reason: reason, code: code, words: BilingualText(en: detail, zh: detail))
    }

    package var detail: String { words.en }

    package var text: BilingualText { .init("\(operation): ", zh: "\(chineseOperation)：") + words }

    private var chineseOperation: String {
        for (start, chinese) in [("connect to ", "连接 "), ("read ", "读取 ")] where operation.hasPrefix(start) {
            return chinese + operation.dropFirst(start.count)
        }
        return switch operation {
        case "connect", "connection": "连接"
        case "create client": "创建客户端"
        case "publish": "发布"
        case "subscribe": "订阅"
        default: operation
        }
    }
}

extension MQTTError {
    /// What the kernel said.
    init(_ operation: String, network code: Int32) {
        self.init(operation, reason: .network, code: code, words: .network(code))
    }

    /// What the resolver said.
    init(_ operation: String, lookUp code: Int32) {
        self.init(operation, reason: .unknownHost, code: code, words: .lookUp(code))
    }

    /// What the library returned; `code`: the errno that goes with MOSQ_ERR_ERRNO, the resolver's with MOSQ_ERR_EAI.
    init(_ operation: String, result: Int32, errno code: Int32 = 0) {
        let library = unsafe String(cString: mosquitto_strerror(result))
        switch mosq_err_t(rawValue: result) {
        // What a TLS session says when the other side has ended it, and what its last words get.
        case MOSQ_ERR_ERRNO where code == EPROTO || code == EPIPE:
            self.init(operation, reason: .closedByBroker, code: result, words: .closedByBroker)
        case MOSQ_ERR_ERRNO where code != 0:
            self.init(operation, network: code)
        case MOSQ_ERR_EAI:
            self.init(operation, reason: .unknownHost, code: result, words: .lookUp(code))
        case MOSQ_ERR_TLS, MOSQ_ERR_TLS_HANDSHAKE:
            self.init(operation, reason: .tls, code: result, words: .brokenHandshake(hasCertificate: false))
        case MOSQ_ERR_CONN_LOST:
            self.init(operation, reason: .closedByBroker, code: result, words: .closedByBroker)
        case MOSQ_ERR_KEEPALIVE:
            self.init(operation, reason: .timeout, code: result, words: .noPing)
        case MOSQ_ERR_PROTOCOL:
            self.init(operation, reason: .other, code: result, words: .noMQTT)
        case MOSQ_ERR_SUCCESS:
            self.init(operation, reason: .closedHere, code: result, words: BilingualText(en: "closed", zh: "已关闭"))
        case MOSQ_ERR_OVERSIZE_PACKET, MOSQ_ERR_PAYLOAD_SIZE:
            self.init(operation, reason: .tooLarge, code: result, detail: library)
        case MOSQ_ERR_INVAL, MOSQ_ERR_MALFORMED_UTF8:
            self.init(operation, reason: .invalid, code: result, detail: library)
        case _ where result == MQTT_RC_SESSION_TAKEN_OVER.rawValue:
            self.init(operation, reason: .takenOver, code: result, words: .takenOver)
        default:
            // A broker that speaks MQTT 5 says why it ends a connection; its codes are above the library's.
            let told = result >= 0x80 ? unsafe String(cString: mosquitto_reason_string(result)) : nil
            self.init(
                operation, reason: told == nil ? .other : .closedByBroker, code: result,
                words: told.map { BilingualText(en: "the broker says: \($0)", zh: "代理称：\($0)") }
                    ?? BilingualText(en: library, zh: library))
        }
    }

    /// A publish of `count` bytes, `packet` with all that goes with it, is too large for a broker that takes packets of `limit`
    /// bytes; nil: it has named no limit.
    init(payload count: Int, packet: Int, limit: Int?) {
        let code = MOSQ_ERR_OVERSIZE_PACKET.rawValue
        let english = limit.map { " (packets of \($0))" } ?? ""
        let chinese = limit.map { "（报文 \($0) 字节）" } ?? ""
        self.init(
            "publish", reason: .tooLarge, code: code,
            words: BilingualText(
                en: "\(count) bytes, a packet of \(packet) with its topic, more than the broker takes\(english)",
                zh: "\(count) 字节，连同主题的报文为 \(packet) 字节，超过代理接受的大小\(chinese)"))
    }

    /// A CONNACK that is not 0. Source: MQTT 3.1.1, table 3.1; MQTT 5.0, table 3-1, whose codes are 128 or more.
    init(connectCode code: Int32) {
        self.init("connect", reason: .refused, code: code, words: .refusal(code))
    }

    /// What the broker sent is not taken.
    init(_ operation: String, fault: MQTTPacketFilter.Fault, version: MQTTVersion, isFixed: Bool) {
        let isMQTT = fault != .noMQTT && fault != .isTLS
        self.init(
            operation, reason: isMQTT ? .malformed : .other,
            words: .misconduct(fault, triesOlder: isMQTT && version == .v5 && !isFixed))
    }

    /// The broker has given its reason for ending the connection: MQTT 5.0, table 3-10, codes of 128 or more.
    package var isTold: Bool { reason == .takenOver || reason == .closedByBroker && code >= 0x80 }

    /// What a broker sends over a session that stands is MQTT; a DISCONNECT without a reason code (MQTT 5.0, 3.14.2.1), for one, is
    /// not read by the library.
    var inSession: MQTTError {
        guard reason == .other, code == MOSQ_ERR_PROTOCOL.rawValue || code == MOSQ_ERR_MALFORMED_PACKET.rawValue else {
            return self
        }
        return MQTTError(operation, reason: .closedByBroker, code: code, words: .endedOddly)
    }

    /// The same with what to look at, where a broker or something else just hangs up on the request for a session.
    func beforeSession(usesTLS: Bool) -> MQTTError {
        let isEnd = reason == .network && (code == ECONNRESET || code == EPIPE)
        guard isEnd || reason == .closedByBroker && !isTold else { return self }
        return MQTTError(operation, reason: reason, code: code, words: .endedSession(usesTLS: usesTLS))
    }

    /// The broker does not know the version that was tried.
    var refusesVersion: Bool { reason == .refused && (code == 1 || code == 0x84) }

    /// What the library and OpenSSL log when TLS does not come about; nil: something else, or nothing that says why.
    init?(libraryLog text: String) {
        guard let (isOurFile, words) = BilingualText.libraryLog(text) else { return nil }
        self.init("connect", reason: isOurFile ? .file : .tls, words: words)
    }
}
