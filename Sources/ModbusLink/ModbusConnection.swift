package import Protocol
import Telemetry

/// One bus as its thread sees it: opened, read from, closed. Used from one thread only.
package struct ModbusConnection: ~Copyable {
    private let transport: ModbusTransport
    private let timeout: Duration
    private var context: ModbusContext?

    /// Nothing is opened yet. `timeout` bounds connecting and each answer.
    package init(_ transport: ModbusTransport, timeout: Duration) {
        self.transport = transport
        self.timeout = timeout
    }

    /// Opens the connection; an open one is closed first.
    package mutating func connect() throws(ModbusError) {
        context = nil
        context = try ModbusContext.open(transport, timeout: timeout)
    }

    /// Closes the connection; a closed one stays closed.
    package mutating func close() { context = nil }

    /// The words of `request` (bits as 0 or 1), all of them.
    package borrowing func read(_ request: ReadRequest, unit: UInt8) throws(ModbusError) -> [UInt16] {
        guard context != nil else { throw ModbusError("read", .notConnected, detail: "not connected") }
        return try context!.read(request, unit: unit)
    }
}
