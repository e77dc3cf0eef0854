import Glibc
import HostSystem

/// Opens TCP connections within a time limit, to a name or to an address of IPv4 or IPv6.
///
/// libmodbus could connect by itself, but waits with select(2) before anybody can look at the number of the descriptor.
enum SocketConnector {
    /// A connected socket that does not block. Looking up a name takes the time of the resolver on top of `timeout`.
    static func connect(
        host: String, port: UInt16, timeout: Duration, operation: String
    ) throws(ModbusError) -> FileDescriptor {
        let addresses = try resolve(host: host, port: port, operation: operation)
        do throws(SystemError) {
            return try Sockets.connect(toOneOf: addresses, timeout: timeout)
        } catch {
            throw ModbusError(opening: operation, errno: error.code)
        }
    }

    private static func resolve(host: String, port: UInt16, operation: String) throws(ModbusError) -> [SocketAddress] {
        do throws(SystemError) {
            return try SocketAddress.resolve(host: host, port: port)
        } catch {
            // The subject holds what the resolver says.
            throw ModbusError(operation, .line(.unknownHost(error.subject)))
        }
    }
}
