package import Telemetry

/// What comes of bytes, time and orders on a line of HJ 212 devices, in order. `device` counts in the list of devices,
/// `connection` is the number its owner gave.
package enum HostEvent: Hashable, Sendable {
    case send([UInt8], connection: UInt64)
    /// The peer cannot be used: to be closed for this reason.
    case close(connection: UInt64, reason: BilingualText)

    /// A good frame of a device, as it came, and its command.
    case frame([UInt8], CommandCode?, device: Int)
    /// Data, delivered once however often they are sent.
    case upload(HJ212Upload, device: Int)
    /// Anything else a device sends of its own accord: equipment state, logs, its start, a heartbeat.
    case message(FieldMessage, device: Int)
    /// A packet of no known meaning.
    case other(Packet, device: Int)
    /// An upload that was delivered before.
    case duplicate(CommandCode, device: Int)
    /// Some packets of a split message did not come in time; the others are delivered.
    case partial(CommandCode, missing: [Int], device: Int)

    /// How an order ended.
    case done(OrderReport)

    /// A station of the addressed dialect did not answer in time.
    case unanswered(device: Int)

    /// A good frame that is not answered and not used.
    case refused(Refusal)
    /// A device was heard on `connection` while `earlier`, on which it was heard before, is still open.
    case rival(device: Int, connection: UInt64, earlier: UInt64)
    /// Bytes that could not be used.
    case defect(FrameDefect, connection: UInt64)
    /// A deviation that was overlooked, as the tolerance allows.
    case tolerated(FrameDefect, connection: UInt64)
}

/// A frame of a device that is not expected, does not know the password, or whose password we do not know. The password itself is not part of it.
package struct Refusal: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case unknownMN = "unknown MN"
        case wrongPassword = "wrong password"
        /// Of the addressed dialect.
        case unknownStation = "no known station address"
        /// What its frames must carry is not known here.
        case held = "its password or keys are not known yet"
    }

    package let reason: Reason
    /// At most 64 bytes of it.
    package let mn: String
    package let command: CommandCode?
    package let connection: UInt64
    /// The device it claims to be of, unless that is connected elsewhere; of a station the one that is asked.
    package var device: Int?
}

/// Names an order for as long as the line lives.
package struct OrderID: Hashable, Sendable {
    package let number: UInt64
}

/// What became of a request to a device.
package struct OrderReport: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// The device said how it ended (9012), or acknowledged a notification (9013, success).
        case finished(ExecutionResult)
        /// The device refused (9011).
        case refused(RequestVerdict)
        /// No answer, although it was asked again.
        case noAnswer
        /// It began and then fell silent; what it sent until then is kept.
        case unfinished
        /// The connection ended, or there was none.
        case disconnected
        /// It cannot be said in the device's edition or is out of range.
        case impossible(MessageError)
        /// It carries a secret, and not exactly one connection is known to be the device's, but so many.
        case withheld(connections: Int)
    }

    package let id: OrderID
    package let device: Int
    package let request: HostRequest
    package let outcome: Outcome
    /// What the device returned, but for data, which are uploads.
    package let messages: [FieldMessage]
    /// How many data packets it returned.
    package let dataPackets: Int

    /// What the device told of its states and parameters. Where it names no factor that of the question is meant.
    package var information: [DeviceInformation] {
        messages.flatMap { message -> [DeviceInformation] in
            guard case .deviceInformation(_, let told) = message else { return [] }
            return told.map { DeviceInformation(factor: $0.factor ?? request.factor, values: $0.values) }
        }
    }

    /// Whether the device did what it was asked.
    package var succeeded: Bool { outcome == .finished(.success) || outcome == .unfinished && !messages.isEmpty }
}
