import CModbus
import HostSystem
import Telemetry

/// The sole owner of one libmodbus context and of the line it has open; both end with it. Used from one thread only.
///
/// Error recovery of libmodbus stays off: it may loop inside a send, and the bus machine decides when to reconnect.
@safe
struct ModbusContext: ~Copyable {
    private let raw: OpaquePointer

    /// A context for Modbus TCP. libmodbus frames the answers; the socket is ours, see ``adopt(socket:)``.
    init(tcpHost host: String, port: UInt16) throws(ModbusError) {
        var code: Int32 = 0
        guard let raw = unsafe gw_modbus_new_tcp(host, String(port), &code) else {
            throw ModbusError("make a TCP context for \(host)", errno: code)
        }
        unsafe self.raw = raw
    }

    /// A context for RTU frames, on the port of `settings` once it is opened, or on a socket.
    init(rtu settings: SerialSettings) throws(ModbusError) {
        let parity: UInt8 =
            switch settings.parity {
            case .none: UInt8(ascii: "N")
            case .even: UInt8(ascii: "E")
            case .odd: UInt8(ascii: "O")
            }
        var code: Int32 = 0
        guard
            let raw = unsafe gw_modbus_new_rtu(
                settings.path, Int32(settings.baud), CChar(parity), Int32(settings.dataBits),
                Int32(settings.stopBits), &code)
        else { throw ModbusError("make an RTU context for \(settings.path)", errno: code) }
        unsafe self.raw = raw
    }

    deinit {
        unsafe modbus_close(raw)
        unsafe modbus_free(raw)
    }

    /// The descriptor of the open line.
    private var descriptor: Int32 { unsafe modbus_get_socket(raw) }

    /// Opens the serial port the context was made for, `path`, for us alone; EBUSY when somebody else has it.
    func openPort(_ path: String, _ operation: String) throws(ModbusError) {
        try check(unsafe gw_modbus_open_port(raw, path), operation)
        guard Int(descriptor) < gw_descriptor_limit else { throw Self.tooManyDescriptors(operation) }
    }

    /// Gives the port free again, before it is closed with the context.
    func releasePort() {
        gw_release_port(descriptor)
    }

    /// Takes over a connected socket.
    func adopt(socket: consuming FileDescriptor, _ operation: String) throws(ModbusError) {
        guard Int(socket.raw) < gw_descriptor_limit else { throw Self.tooManyDescriptors(operation) }
        let code = unsafe modbus_set_socket(raw, socket.release())
        precondition(code == 0, "a context takes any socket")
    }

    /// Limits the wait of ``receive(into:_:)``, from the end of the request to its last byte.
    ///
    /// The byte timeout is switched off. With it, libmodbus starts a new wait after every piece, so that a slow line (4G,
    /// answers in single bytes) needs a guess at the longest pause, and a babbling unit could hold the bus for ever.
    /// Without it, select(2) on Linux counts down one time for the whole answer.
    func limitWait(to timeout: Duration) {
        let microseconds = max(1_000, timeout.wholeNanoseconds / 1_000)
        unsafe modbus_set_response_timeout(
            raw, UInt32(clamping: microseconds / 1_000_000), UInt32(microseconds % 1_000_000))
        unsafe modbus_set_byte_timeout(raw, 0, 0)
    }

    /// Throws away what came in unasked.
    func discardInput(ofSocket isSocket: Bool, _ operation: String) throws(ModbusError) {
        // On a socket, modbus_flush of an RTU context fails with ENOTTY and leaves the bytes where they are.
        try check(isSocket ? gw_drain(descriptor) : unsafe gw_modbus_flush(raw), operation)
    }

    /// Sends `frame` as it is.
    func send(frame: [UInt8], _ operation: String) throws(ModbusError) {
        try check(unsafe gw_send(descriptor, frame, Int32(frame.count)), operation)
    }

    /// Sends `functionData` to `unit` in an RTU frame.
    func send(functionData: [UInt8], toRTUUnit unit: UInt8, _ operation: String) throws(ModbusError) {
        try check(unsafe gw_modbus_set_slave(raw, Int32(unit)), operation)
        let request = [unit] + functionData
        try check(unsafe gw_modbus_send(raw, request, Int32(request.count)), operation)
    }

    /// Waits for one frame of Modbus TCP; the number of its bytes in `frame`, which has room for the longest.
    func receive(into frame: inout [UInt8], _ operation: String) throws(ModbusError) -> Int {
        precondition(frame.count >= Int(MODBUS_MAX_ADU_LENGTH), "libmodbus writes frames of any length it allows")
        return Int(try check(unsafe gw_modbus_receive(raw, &frame), operation))
    }

    /// Waits until bytes come or the deadline is over, and appends them to `bytes` as they are.
    func receive(appendingTo bytes: inout [UInt8], until deadline: Uptime, _ operation: String) throws(ModbusError) {
        let room = 256
        let before = bytes.count
        bytes += repeatElement(0, count: room)
        let code = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            unsafe gw_receive_bytes(
                descriptor, buffer.baseAddress.map { unsafe $0 + before }, Int32(room), pollTimeout(until: deadline))
        }
        bytes.removeLast(room - Int(max(0, code)))
        try check(code, operation)
    }

    @discardableResult
    private func check(_ result: Int32, _ operation: String) throws(ModbusError) -> Int32 {
        if result < 0 { throw ModbusError(operation, errno: -result) }
        return result
    }

    /// libmodbus waits with select(2), which writes outside its set for such a descriptor.
    private static func tooManyDescriptors(_ operation: String) -> ModbusError {
        ModbusError(operation, errno: EMFILE)
    }
}
