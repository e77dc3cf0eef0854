package import Telemetry

/// Which topics a record goes to, and how urgently.
package enum UplinkLane: String, Hashable, Sendable {
    /// Committed while the connection stands.
    case live
    /// Owed from before.
    case history
}

/// What an uplink is to do next.
package enum UplinkStep: Equatable, Sendable {
    /// Open the connection; report ``UplinkMachine/connected(at:)`` or ``UplinkMachine/disconnected(at:)``.
    case connect
    /// Close the connection, which is of no use any more; report ``UplinkMachine/disconnected(at:)``.
    case drop(UplinkDropReason)
    /// Take a new client in place of the old one, which forgets what it had in flight.
    case renew
    /// Tell the operator that these records are set aside: the broker does not take them, though it takes others. They stay
    /// owed and are tried again later. Save ``UplinkMachine/told`` with it.
    case tell(SetAsideNotice)
    /// Read from the journal, report ``UplinkMachine/read(_:rows:through:at:)`` and publish the rows.
    case read(UplinkRead)
    /// Nothing before this moment, unless something happens.
    case wait(until: Uptime)
}

package enum UplinkDropReason: Equatable, Sendable {
    /// The broker did not answer in time.
    case connectTimeout
    /// The connection stands, yet nothing in the window is acknowledged.
    case unacknowledged
}

/// A stretch of the journal to read: sequence numbers in `(after, through]`.
package struct UplinkRead: Equatable, Sendable {
    package var lane: UplinkLane
    package var after: Int64
    package var through: Int64
    /// Rows at most, 1 or more.
    package var limit: Int
}

/// The constants of an ``UplinkMachine``.
package struct UplinkMachineSettings: Equatable, Sendable {
    /// Publishes in flight at most, 1 or more.
    package var window: Int
    /// History records per second at most, 1 or more.
    package var historyRate: Int
    /// History starts after a random part of this.
    package var historyDelay: Duration
    /// The longest pause between two attempts to connect.
    package var reconnectLimit: Duration
    /// The broker must accept the session within this.
    package var connectTimeout: Duration = .seconds(10)
    /// Something in flight must be acknowledged within this.
    package var acknowledgementTimeout: Duration = .seconds(60)
    /// How long a record that the broker chokes on is left alone.
    package var setAsideFor: Duration = .seconds(3_600)
    /// After so many connections in a row that ended with the same oldest publish unanswered, it is tried alone.
    var suspicionLimit = 3
    /// A record is set aside when the broker has refused it so many times and taken others in between.
    var refusalLimit = 4
    /// Only connections that end so soon count: a broker that chokes hangs up at once, a bad line at any time.
    package var suspicionWithin: Duration = .seconds(10)

    package init(window: Int, historyRate: Int, historyDelay: Duration, reconnectLimit: Duration) {
        self.window = max(1, window)
        self.historyRate = max(1, historyRate)
        self.historyDelay = historyDelay
        self.reconnectLimit = reconnectLimit
    }

    /// Those of a configured uplink.
    package init(_ uplink: UplinkConfiguration) {
        self.init(
            window: uplink.window, historyRate: uplink.historyRate, historyDelay: uplink.historyDelay,
            reconnectLimit: uplink.reconnectLimit)
    }
}
