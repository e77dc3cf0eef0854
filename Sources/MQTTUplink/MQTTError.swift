import CMosquitto
import HostSystem

/// Why something with the broker failed, in words for the operator. Never holds a password or a payload.
package struct MQTTError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// The host's name is not known.
        case unknownHost
        /// Nobody listens, no route, connection reset: what the kernel said.
        case network
        /// TLS could not be set up: a certificate that is not trusted, a wrong name, a file that cannot be read.
        case tls
        /// The broker answered and refused the session: client id, credentials, permissions.
        case refused
        /// No answer in time.
        case timeout
        /// The broker closed the connection.
        case closedByBroker
        /// We closed it.
        case closedHere
        /// The library rejects what it was given, such as a topic.
        case invalid
        /// The broker has said that it takes no packet so large.
        case tooLarge
        case other
    }

    package let operation: String
    package let reason: Reason
    /// The library's code, a CONNACK code for ``Reason/refused``, or an errno for ``Reason/network``.
    package let code: Int32
    package let detail: String

    package init(_ operation: String, reason: Reason, code: Int32 = 0, detail: String) {
        self.operation = operation
        self.reason = reason
        self.code = code
        self.detail = detail
    }

    package var description: String { "\(operation): \(detail)" }
}

extension MQTTError {
    /// What the library returned; `errno` goes with MOSQ_ERR_ERRNO.
    init(_ operation: String, result: Int32, errno code: Int32 = 0) {
        let library = unsafe String(cString: mosquitto_strerror(result))
        switch mosq_err_t(rawValue: result) {
        case MOSQ_ERR_ERRNO where code != 0:
            self.init(operation, reason: .network, code: code, detail: SystemError.text(of: code))
        case MOSQ_ERR_EAI:
            self.init(operation, reason: .unknownHost, code: result, detail: "the host name cannot be resolved")
        case MOSQ_ERR_TLS, MOSQ_ERR_TLS_HANDSHAKE:
            let detail =
                "TLS failed; check that ca_file has signed the broker's certificate and that it names this host"
            self.init(operation, reason: .tls, code: result, detail: detail)
        case MOSQ_ERR_CONN_LOST:
            self.init(operation, reason: .closedByBroker, code: result, detail: "the broker closed the connection")
        case MOSQ_ERR_KEEPALIVE:
            self.init(operation, reason: .timeout, code: result, detail: "the broker stopped answering pings")
        case MOSQ_ERR_SUCCESS:
            self.init(operation, reason: .closedHere, code: result, detail: "closed")
        case MOSQ_ERR_OVERSIZE_PACKET, MOSQ_ERR_PAYLOAD_SIZE:
            self.init(operation, reason: .tooLarge, code: result, detail: library)
        case MOSQ_ERR_INVAL, MOSQ_ERR_MALFORMED_UTF8:
            self.init(operation, reason: .invalid, code: result, detail: library)
        default:
            // A broker that speaks MQTT 5 says why it ends a connection; its codes are above the library's.
            let detail =
                result >= 0x80 ? "the broker says: \(unsafe String(cString: mosquitto_reason_string(result)))" : library
            self.init(operation, reason: result >= 0x80 ? .closedByBroker : .other, code: result, detail: detail)
        }
    }

    /// A publish of `count` bytes is too large for a broker that takes packets of `limit` bytes; nil: it has named no limit.
    init(payload count: Int, limit: Int?) {
        let packets = limit.map { " (packets of \($0))" } ?? ""
        self.init(
            "publish", reason: .tooLarge, code: MOSQ_ERR_OVERSIZE_PACKET.rawValue,
            detail: "\(count) bytes, more than the broker takes\(packets)")
    }

    /// A CONNACK that is not 0. Source: MQTT 3.1.1, table 3.1; MQTT 5.0, table 3-1, whose codes are 128 or more.
    init(connectCode code: Int32) {
        let detail =
            switch code {
            case 1, 0x84: Self.unknownVersion
            case 2, 0x85: "the broker rejects the client identifier"
            case 3, 0x88: "the broker is not available at the moment"
            case 4, 0x86: "wrong user name or password"
            case 5, 0x87: "not authorised; check user name, password and client identifier"
            case 0x80...: "refused: \(unsafe String(cString: mosquitto_reason_string(code))) (\(code))"
            default: "refused with code \(code)"
            }
        self.init("connect", reason: .refused, code: code, detail: detail)
    }

    private static let unknownVersion = "the broker does not speak this version of MQTT"

    /// The broker does not know the version that was tried.
    var refusesVersion: Bool { reason == .refused && (code == 1 || code == 0x84) }

    /// What the library and OpenSSL log when a certificate is not accepted; nil: something else.
    init?(libraryLog text: String) {
        let detail: String
        if text.contains("host name verification failed") {
            detail = "the broker's certificate does not name this host; `url` must use the name in the certificate"
        } else if text.contains("certificate verify failed") {
            detail =
                "the broker's certificate is not to be trusted; check that ca_file has signed it and that it has not expired"
        } else if text.contains("alert") && text.contains("certificate") {
            detail = "the broker does not accept the client's certificate; check cert_file and key_file"
        } else {
            return nil
        }
        self.init("connect", reason: .tls, detail: detail)
    }
}
