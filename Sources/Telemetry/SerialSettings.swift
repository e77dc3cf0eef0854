/// A serial port and how bits travel on it.
package struct SerialSettings: Hashable, Sendable {
    package enum Parity: String, CaseIterable, Sendable {
        case none, even, odd
    }

    /// The device file; a stable name under `/dev/serial/by-id` survives replugging.
    package var path: String
    package var baud: Int
    package var parity: Parity
    /// 7 or 8.
    package var dataBits: Int
    /// 1 or 2.
    package var stopBits: Int

    package init(path: String, baud: Int = 9600, parity: Parity = .none, dataBits: Int = 8, stopBits: Int = 1) {
        self.path = path
        self.baud = baud
        self.parity = parity
        self.dataBits = dataBits
        self.stopBits = stopBits
    }

    /// The speeds a port can be set to.
    package static let bauds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400]
}
