/// What has happened on a session.
package enum MQTTEvent: Equatable, Sendable {
    /// The broker accepted the session.
    case connected
    /// The broker refused the session; it closes the connection.
    case refused(reason: String)
    case disconnected(reason: String)
    /// The PUBACK of this message identifier has come.
    case acknowledged(Int32)
}

/// Where libmosquitto's callbacks put events. They run on the thread that serves the connection.
final class MQTTMailbox {
    var events: [MQTTEvent] = []
}
