import CModbus
import Glibc
import HostSystem
import Protocol
import Telemetry

/// The sole owner of one libmodbus context, closed and freed with it. Used from one thread only.
@safe
struct ModbusContext: ~Copyable {
    private let raw: OpaquePointer
    /// Bytes that came unasked are read off this socket; -1 where libmodbus can flush itself.
    private let drained: Int32

    private init(raw: OpaquePointer, drained: Int32 = -1) {
        unsafe self.raw = raw
        self.drained = drained
    }

    deinit {
        unsafe modbus_close(raw)
        unsafe modbus_free(raw)
    }

    /// An open connection over `transport`. `timeout` bounds connecting and each answer.
    static func open(_ transport: ModbusTransport, timeout: Duration) throws(ModbusError) -> ModbusContext {
        switch transport {
        case .tcp(let host, let port):
            let context = try unsafe ModbusContext(created: modbus_new_tcp_pi(host, String(port)), timeout: timeout)
            try context.connect(transport)
            return context
        case .serial(let serial):
            let parity = CChar(UInt8(ascii: serial.parity.letter))
            let context = try unsafe ModbusContext(
                created: modbus_new_rtu(
                    serial.path, Int32(serial.baud), parity, Int32(serial.dataBits), Int32(serial.stopBits)),
                timeout: timeout)
            try context.connect(transport)
            SerialPort.claim(unsafe modbus_get_socket(context.raw))
            return context
        case .rtuOverTCP(let host, let port):
            return try overSocket(host: host, port: port, timeout: timeout)
        }
    }

    private init(created raw: OpaquePointer?, timeout: Duration) throws(ModbusError) {
        guard let raw = unsafe raw else {
            throw ModbusError("create a Modbus context", .notConnected, detail: SystemError.text(of: errno))
        }
        unsafe self.init(raw: raw)
        setTimeouts(timeout)
    }

    /// An RTU context on a socket of our own: libmodbus itself knows RTU on serial ports only.
    private static func overSocket(host: String, port: UInt16, timeout: Duration) throws(ModbusError) -> ModbusContext {
        let socket: FileDescriptor
        do {
            socket = try TCP.connect(host: host, port: port, timeout: timeout)
        } catch {
            throw ModbusError("connect", .notConnected, detail: error.description)
        }
        guard let raw = unsafe modbus_new_rtu("/dev/null", 9600, CChar(UInt8(ascii: "N")), 8, 1) else {
            throw ModbusError("create a Modbus context", .notConnected, detail: SystemError.text(of: errno))
        }
        // From here the context owns the socket: modbus_close closes it.
        let descriptor = socket.release()
        unsafe modbus_set_socket(raw, descriptor)
        let context = unsafe ModbusContext(raw: raw, drained: descriptor)
        context.setTimeouts(timeout)
        try context.checkDescriptor()
        return context
    }

    private borrowing func setTimeouts(_ timeout: Duration) {
        let microseconds = UInt32(clamping: timeout.wholeNanoseconds / 1_000)
        let seconds = microseconds / 1_000_000
        unsafe modbus_set_response_timeout(raw, seconds, microseconds % 1_000_000)
        // Between two bytes of an answer the whole time may pass again: mobile networks deliver them one by one.
        unsafe modbus_set_byte_timeout(raw, seconds, microseconds % 1_000_000)
        unsafe modbus_set_error_recovery(raw, MODBUS_ERROR_RECOVERY_NONE)
    }

    private borrowing func connect(_ transport: ModbusTransport) throws(ModbusError) {
        let result = unsafe gw_modbus_connect(raw)
        guard result == 0 else {
            throw ModbusError("connect", .notConnected, detail: "\(transport.text): \(SystemError.text(of: -result))")
        }
        try checkDescriptor()
    }

    /// libmodbus waits with select(2), which writes outside its set for a descriptor of 1,024 or more.
    private borrowing func checkDescriptor() throws(ModbusError) {
        let descriptor = unsafe modbus_get_socket(raw)
        guard (0..<1_024).contains(descriptor) else {
            throw ModbusError("connect", .notConnected, detail: "too many open files (descriptor \(descriptor))")
        }
    }

    /// Reads registers or bits (as words of 0 or 1). What arrived before the request is thrown away.
    borrowing func read(_ request: ReadRequest, unit: UInt8) throws(ModbusError) -> [UInt16] {
        flush()
        guard unsafe gw_modbus_set_slave(raw, Int32(unit)) == 0 else {
            throw ModbusError("read", .badReply, detail: "unit \(unit) cannot be addressed here")
        }
        var result: Int32 = 0
        let words: [UInt16]
        if request.table.holdsBits {
            let bits = readBits(request, result: &result)
            words = bits.map { UInt16($0) }
        } else {
            words = readRegisters(request, result: &result)
        }
        guard result == request.count else { throw error(for: result, request) }
        return words
    }

    private borrowing func readRegisters(_ request: ReadRequest, result: inout Int32) -> [UInt16] {
        var read: Int32 = 0
        let words = unsafe [UInt16](unsafeUninitializedCapacity: request.count) { buffer, filled in
            let address = Int32(request.address)
            let count = Int32(request.count)
            read =
                request.table == .holding
                ? unsafe gw_modbus_read_registers(raw, address, count, buffer.baseAddress)
                : unsafe gw_modbus_read_input_registers(raw, address, count, buffer.baseAddress)
            filled = max(0, min(Int(read), request.count))
        }
        result = read
        return words
    }

    private borrowing func readBits(_ request: ReadRequest, result: inout Int32) -> [UInt8] {
        var read: Int32 = 0
        let bits = unsafe [UInt8](unsafeUninitializedCapacity: request.count) { buffer, filled in
            let address = Int32(request.address)
            let count = Int32(request.count)
            read =
                request.table == .coil
                ? unsafe gw_modbus_read_bits(raw, address, count, buffer.baseAddress)
                : unsafe gw_modbus_read_input_bits(raw, address, count, buffer.baseAddress)
            filled = max(0, min(Int(read), request.count))
        }
        result = read
        return bits
    }

    private borrowing func flush() {
        if drained >= 0 { gw_modbus_drain_socket(drained) } else { unsafe modbus_flush(raw) }
    }

    /// What a result other than the wanted count means.
    private borrowing func error(for result: Int32, _ request: ReadRequest) -> ModbusError {
        let code = -result
        let base = gw_modbus_exception_base()
        let detail = unsafe String(cString: modbus_strerror(code))
        let reason: ModbusError.Reason
        switch code {
        case ETIMEDOUT: reason = .timeout
        case (base + 1)...(base + 11): reason = .exception(code: UInt8(code - base))
        case (base + 12)...(base + 20): reason = .badReply
        case ...0: return ModbusError("read", .badReply, detail: "\(result) of \(request.count) answered")
        default: reason = .notConnected
        }
        return ModbusError("read", reason, detail: detail)
    }
}

extension SerialSettings.Parity {
    fileprivate var letter: Unicode.Scalar {
        switch self {
        case .none: "N"
        case .even: "E"
        case .odd: "O"
        }
    }
}
