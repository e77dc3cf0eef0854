import CModbus
import HostSystem
package import Protocol
import Telemetry

/// One bus: one line, one libmodbus context, used from one thread only. Every call blocks for at most its time limit.
///
/// libmodbus opens the port, puts RTU frames together, waits for the answer and checks the CRC. The answer itself is
/// compared with the request here, byte by byte: libmodbus does not look at the unit of a TCP answer, and a Modbus gateway
/// that mixes up the units behind it then hands the numbers of one instrument out as those of another.
@safe
package final class ModbusConnection {
    package let transport: ModbusTransport
    private let timeout: Duration
    private var context: ModbusContext?
    /// The transaction of the last request. Source: Modbus Messaging on TCP/IP 1.0b, 3.1.3.
    private var transaction: UInt16 = 0
    private var frame = [UInt8](repeating: 0, count: Int(MODBUS_MAX_ADU_LENGTH))

    /// Nothing is opened yet. `timeout` limits the wait for an answer, on a serial line without the time the bytes take.
    package init(_ transport: ModbusTransport, timeout: Duration) {
        self.transport = transport
        self.timeout = timeout
    }

    deinit { close() }

    package var isOpen: Bool { context != nil }

    /// Opens the line; a line that is open is closed first, so that nothing of it is left.
    package func connect() throws(ModbusError) {
        close()
        gw_block_sigpipe()
        let operation = "connect to \(transport.peer)"
        switch transport {
        case .tcp(let host, let port):
            let fresh = try ModbusContext(tcpHost: host, port: port)
            try open(fresh, host: host, port: port, operation)
        case .rtuOverTCP(let host, let port):
            // The port and its settings are the serial server's; libmodbus only wants to be told some.
            let fresh = try ModbusContext(rtu: SerialSettings(path: "socket"))
            try open(fresh, host: host, port: port, operation)
        case .serial(let settings):
            let fresh = try ModbusContext(rtu: settings)
            try fresh.openPort(settings.path, operation)
            context = consume fresh
        }
    }

    private func open(
        _ fresh: consuming ModbusContext, host: String, port: UInt16, _ operation: String
    ) throws(ModbusError) {
        try fresh.adopt(
            socket: SocketConnector.connect(host: host, port: port, timeout: timeout, operation: operation), operation)
        fresh.limitWait(to: timeout)
        context = consume fresh
    }

    /// Closes the line. Closing a closed one is nothing.
    package func close() {
        if isSerialPort { context?.releasePort() }
        context = nil
    }

    /// Asks `unit` and waits for its answer; on return `words` holds one entry for each register, or 0 and 1 for bits.
    ///
    /// What came in unasked before is thrown away first. After `timeout` or `badReply` the right answer may still come: the
    /// caller closes the connection or leaves the unit alone for a while. `notConnected` and `io` mean that the line is
    /// to be closed.
    package func read(unit: UInt8, _ request: ReadRequest, into words: inout [UInt16]) throws(ModbusError) {
        let functionData = try exchange(
            unit: unit, request.functionData, replyBytes: request.replyByteCount, "read")
        do throws(ReplyDefect) {
            try request.take(reply: frame, functionData: functionData, into: &words)
        } catch {
            throw ModbusError("read", error)
        }
    }

    /// Switches a coil of `unit` and waits for its answer. The same holds as for ``read(unit:_:into:)``.
    package func write(unit: UInt8, _ request: CoilWrite) throws(ModbusError) {
        let functionData = try exchange(unit: unit, request.functionData, replyBytes: 3, "write")
        do throws(ReplyDefect) {
            try request.check(reply: frame, functionData: functionData)
        } catch {
            throw ModbusError("write", error)
        }
    }

    /// Where the function data of the answer lies in ``frame``. `replyBytes`: of a good answer, behind its second byte.
    private func exchange(
        unit: UInt8, _ functionData: [UInt8], replyBytes: Int, _ operation: String
    ) throws(ModbusError) -> Range<Int> {
        guard context != nil else { throw ModbusError(operation, .notConnected) }
        try context?.discardInput(ofSocket: !isSerialPort, "discard input")
        if case .tcp = transport { return try exchangeOverTCP(unit: unit, functionData, operation) }
        return try exchangeRTU(unit: unit, functionData, replyBytes: replyBytes, operation)
    }

    private var isSerialPort: Bool { if case .serial = transport { true } else { false } }

    /// Where the function data of the answer lies in ``frame``.
    ///
    /// The request is framed here because modbus_send_raw_request of libmodbus 3.1.6 gives every one transaction 0.
    private func exchangeOverTCP(
        unit: UInt8, _ functionData: [UInt8], _ operation: String
    ) throws(ModbusError) -> Range<Int> {
        transaction &+= 1
        let header = [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, 0, 6, unit]
        try context?.send(frame: header + functionData, "send")
        let length = try context?.receive(into: &frame, operation) ?? 0
        func defect(_ words: String) -> ModbusError { ModbusError(operation, .badReply(words)) }
        guard length >= 9 else { throw defect("length") }
        guard frame[0] == header[0], frame[1] == header[1] else { throw defect("transaction") }
        guard frame[2] == 0, frame[3] == 0 else { throw defect("protocol") }
        guard Int(frame[4]) << 8 | Int(frame[5]) == length - 6 else { throw defect("length") }
        guard frame[6] == unit else { throw defect("unit \(frame[6])") }
        return 7..<length
    }

    /// Where the function data of the answer lies in ``frame``, whose CRC is right.
    private func exchangeRTU(
        unit: UInt8, _ functionData: [UInt8], replyBytes: Int, _ operation: String
    ) throws(ModbusError) -> Range<Int> {
        if case .serial(let settings) = transport {
            // Unit, function and CRC around the request; unit, function, length and CRC around the answer.
            let bytes = functionData.count + 3 + replyBytes + 5
            context?.limitWait(to: timeout + settings.transmissionTime(bytes: bytes))
        }
        try context?.send(functionData: functionData, toRTUUnit: unit, "send")
        let length = try context?.receive(into: &frame, operation) ?? 0
        guard length >= 5, frame[0] == unit else { throw ModbusError(operation, .badReply("unit \(frame[0])")) }
        return 1..<(length - 2)
    }
}
