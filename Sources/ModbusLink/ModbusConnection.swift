import CModbus
import Glibc
import HostSystem
package import Protocol
import Telemetry

/// One bus: one line, one libmodbus context, used from one thread only. Every call blocks for at most its time limit.
///
/// libmodbus opens the port, writes requests and puts the frames of Modbus TCP together. What a serial line brings is read here
/// as it comes, because libmodbus takes the first bytes for the answer, whatever they are; ``RTUReplyFinder`` finds the answer
/// in it. It is compared with the request byte by byte: libmodbus does not look at the unit of a TCP answer, and a Modbus
/// gateway that mixes up the units behind it then hands the numbers of one instrument out as those of another.
@safe
package final class ModbusConnection {
    package let transport: ModbusTransport
    private let timeout: Duration
    private let tolerance: Set<ModbusTolerance>
    private var context: ModbusContext?
    /// The transaction of the last request. Source: Modbus Messaging on TCP/IP 1.0b, 3.1.3.
    private var transaction: UInt16 = 0
    /// The last answer; of RTU everything that came with it.
    private var frame = [UInt8](repeating: 0, count: Int(MODBUS_MAX_ADU_LENGTH))
    /// Whether the line sends requests back; nil: nothing was read yet.
    private var lineEchoes: Bool?
    /// Turns in a row in which bytes came that may be what is left of an echo, with an answer behind them or without.
    private var turnsInDoubt = 0
    private static let doubtfulTurns = 3
    /// What was wrong with the last good answer, and was overlooked.
    package private(set) var oddities: Set<LineOddity> = []

    /// Nothing is opened yet. `timeout` limits the wait for an answer, on a serial line without the time the bytes take.
    package init(_ transport: ModbusTransport, timeout: Duration, tolerance: Set<ModbusTolerance> = []) {
        self.transport = transport
        self.timeout = timeout
        self.tolerance = tolerance
    }

    deinit { close() }

    package var isOpen: Bool { context != nil }

    /// Whether the answer to a write can be told from its echo: on a serial line, once anything was read.
    package var canWrite: Bool { transport.medium == .tcp || lineEchoes != nil }

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
        if transport.medium == .serial { context?.releasePort() }
        context = nil
    }

    /// Asks `unit` and waits for its answer; on return `words` holds one entry for each register, or 0 and 1 for bits.
    ///
    /// What came in unasked before is thrown away first. While the fault says that the right answer may still come, the
    /// caller closes the connection or leaves the unit alone for a while. A fault of the line means that it is to be closed.
    package func read(unit: UInt8, _ request: ReadRequest, into words: inout [UInt16]) throws(ModbusError) {
        let finder = RTUReplyFinder(request, of: unit, lineEchoes: lineEchoes)
        let functionData = try exchange(unit: unit, request.functionData, finder, "read")
        do throws(ReplyDefect) {
            try request.take(reply: frame, functionData: functionData, into: &words)
        } catch {
            throw ModbusError("read", error)
        }
    }

    /// Switches a coil of `unit` and waits for its answer. The same holds as for ``read(unit:_:into:)``.
    package func write(unit: UInt8, _ request: CoilWrite) throws(ModbusError) {
        let finder = RTUReplyFinder(request, of: unit, lineEchoes: lineEchoes)
        let functionData = try exchange(unit: unit, request.functionData, finder, "write")
        do throws(ReplyDefect) {
            try request.check(reply: frame, functionData: functionData)
        } catch {
            throw ModbusError("write", error)
        }
    }

    /// Where the function data of the answer lies in ``frame``.
    private func exchange(
        unit: UInt8, _ functionData: [UInt8], _ finder: RTUReplyFinder, _ operation: String
    ) throws(ModbusError) -> Range<Int> {
        guard context != nil else { throw ModbusError(operation, .notConnected) }
        try context?.discardInput(ofSocket: transport.medium != .serial, "discard input")
        if case .tcp = transport { return try exchangeOverTCP(unit: unit, functionData, operation) }
        try context?.send(functionData: functionData, toRTUUnit: unit, "send")
        return try receiveRTU(finder, operation)
    }

    // MARK: Modbus TCP

    /// The request is framed here because modbus_send_raw_request of libmodbus 3.1.6 gives every one transaction 0.
    private func exchangeOverTCP(
        unit: UInt8, _ functionData: [UInt8], _ operation: String
    ) throws(ModbusError) -> Range<Int> {
        transaction &+= 1
        let header = [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, 0, 6, unit]
        try context?.send(frame: header + functionData, "send")
        let length = try receiveTCP(operation)
        func defect(_ mismatch: ReplyMismatch) -> ModbusError { ModbusError(operation, .badReply(mismatch)) }
        guard length >= 9 else { throw defect(.tooShort) }
        guard frame[2] == 0, frame[3] == 0 else { throw defect(.protocolIdentifier) }
        guard frame[0] == header[0], frame[1] == header[1] else { throw defect(.transaction) }
        guard frame[6] == unit else { throw defect(.unit(frame[6])) }
        // libmodbus has followed the function's own count of bytes.
        let stated = Int(frame[4]) << 8 | Int(frame[5])
        let isRight = stated == length - 6
        guard isRight || tolerance.contains(.length) else { throw defect(.length(stated: stated, actual: length - 6)) }
        oddities = isRight ? [] : [.wrongLength]
        return 7..<length
    }

    /// The bytes of the frame that came. Where only some came in time, they tell what speaks there.
    private func receiveTCP(_ operation: String) throws(ModbusError) -> Int {
        let headerLength = 7
        frame.replaceSubrange(0..<headerLength, with: repeatElement(0, count: headerLength))
        do throws(ModbusError) {
            return try context?.receive(into: &frame, operation) ?? 0
        } catch {
            guard error.fault == .timeout, frame.prefix(headerLength).contains(where: { $0 != 0 }) else { throw error }
            let isModbusTCP = frame[2] == 0 && frame[3] == 0
            throw ModbusError(operation, isModbusTCP ? .cutAnswer : .badReply(.protocolIdentifier), code: error.code)
        }
    }

    // MARK: RTU

    /// Reads until the answer has come or the time is over.
    private func receiveRTU(_ finder: RTUReplyFinder, _ operation: String) throws(ModbusError) -> Range<Int> {
        let deadline = SystemClock.uptime + timeout + transmissionTime(finder)
        frame.removeAll(keepingCapacity: true)
        while true {
            try context?.receive(appendingTo: &frame, until: deadline, operation)
            let isOver = SystemClock.uptime >= deadline || frame.count >= RTUReplyFinder.limit
            let finding = finder.look(through: frame, isOver: isOver)
            guard let answer = finding.answer else {
                if !isOver { continue }
                note(finding)
                throw ModbusError(operation, finding.fault, code: finding.fault.readFailure == .timeout ? ETIMEDOUT : 0)
            }
            note(finding)
            oddities = lineEchoes == true ? [.echo] : []
            if finding.strayBytes > 0 { oddities.insert(.strayBytes) }
            return answer
        }
    }

    private func note(_ finding: RTUReplyFinder.Finding) {
        // Where nothing comes at all, no echo comes either; but a line that is cut does not forget its wiring.
        turnsInDoubt = finding.hasEcho == nil ? turnsInDoubt + 1 : 0
        // Of an echo that comes each time not every one is damaged.
        let isSettled = frame.isEmpty || turnsInDoubt >= Self.doubtfulTurns
        lineEchoes = finding.hasEcho ?? lineEchoes ?? (isSettled ? false : nil)
    }

    /// What request and answer take on a serial line.
    private func transmissionTime(_ finder: RTUReplyFinder) -> Duration {
        guard case .serial(let settings) = transport else { return .zero }
        return settings.transmissionTime(bytes: finder.request.count + finder.length)
    }
}
