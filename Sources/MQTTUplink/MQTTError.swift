import CMosquitto
import Glibc
import HostSystem

/// An MQTT operation that failed, in words for the log. It never carries a password.
package struct MQTTError: Error, Equatable, CustomStringConvertible {
    package let operation: String
    package let detail: String

    init(_ operation: String, detail: String) {
        self.operation = operation
        self.detail = detail
    }

    /// From a result of libmosquitto; `errorNumber` is the errno that belongs to it.
    init(_ operation: String, result: Int32, errorNumber: Int32) {
        self.operation = operation
        detail =
            result == MOSQ_ERR_ERRNO.rawValue.asResult
            ? SystemError.text(of: errorNumber) : unsafe String(cString: mosquitto_strerror(result))
    }

    package var description: String { "\(operation): \(detail)" }
}

extension BinaryInteger {
    /// libmosquitto's enumerations are imported unsigned, its results are signed.
    var asResult: Int32 { Int32(truncatingIfNeeded: self) }
}
