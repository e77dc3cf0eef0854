import CModbus
import Glibc
import HostSystem
import Synchronization
import TestSupport

/// libmodbus as its own opposite: a device with 200 registers and 2,000 bits in each table.
///
/// Holding register a says 1000 + a, input register a says 2000 + a; a coil is set when 3 divides its address, a discrete
/// input when 7 does. It answers every unit on TCP, and the one it was given on a line.
final class LibmodbusServer: @unchecked Sendable {
    let port: UInt16
    private let context: OpaquePointer
    private let mapping: UnsafeMutablePointer<modbus_mapping_t>
    private var listener: Int32 = -1
    private var thread: NamedThread?
    private let isStopped = Mutex(false)

    /// Modbus TCP on loopback, IPv4 or IPv6.
    init(address: String) {
        port = freePort()
        context = modbus_new_tcp_pi(address, String(port))
        mapping = Self.makeMapping()
        listener = modbus_tcp_pi_listen(context, 4)
        precondition(listener >= 0, "cannot listen on \(address)")
        thread = NamedThread("server") { [self] in
            while modbus_tcp_pi_accept(context, &listener) >= 0 {
                serve()
                modbus_close(context)
            }
        }
    }

    /// RTU at the far end of `line`.
    init(_ line: TestTerminal, unit: UInt8) {
        port = 0
        context = modbus_new_rtu("/dev/null", 9600, CChar(UInt8(ascii: "N")), 8, 1)
        mapping = Self.makeMapping()
        modbus_set_slave(context, Int32(unit))
        modbus_set_socket(context, line.far)
        thread = NamedThread("server") { [self] in serve() }
    }

    /// Ends it; called once, after the client has closed its end.
    func stop() {
        isStopped.withLock { $0 = true }
        if listener >= 0 { shutdown(listener, Int32(SHUT_RDWR)) }
        thread?.join()
        if listener >= 0 { close(listener) }
        modbus_mapping_free(mapping)
        modbus_free(context)
    }

    private func serve() {
        modbus_set_indication_timeout(context, 0, 50_000)
        var request = [UInt8](repeating: 0, count: Int(MODBUS_MAX_ADU_LENGTH))
        while !isStopped.withLock({ $0 }) {
            let length = modbus_receive(context, &request)
            if length > 0 {
                modbus_reply(context, request, length, mapping)
            } else if length < 0, listener >= 0, errno != ETIMEDOUT {
                return
            }
        }
    }

    private static func makeMapping() -> UnsafeMutablePointer<modbus_mapping_t> {
        guard let mapping = modbus_mapping_new(2_000, 2_000, 200, 200) else { preconditionFailure("out of memory") }
        for address in 0..<200 {
            mapping.pointee.tab_registers[address] = UInt16(1_000 + address)
            mapping.pointee.tab_input_registers[address] = UInt16(2_000 + address)
        }
        for address in 0..<2_000 {
            mapping.pointee.tab_bits[address] = address % 3 == 0 ? 1 : 0
            mapping.pointee.tab_input_bits[address] = address % 7 == 0 ? 1 : 0
        }
        return mapping
    }
}
