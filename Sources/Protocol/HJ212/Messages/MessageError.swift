package import Telemetry

/// Why a packet is not the message asked for, or a message cannot be sent. Field names are those of the standard; values
/// are never part of it.
package enum MessageError: Error, Hashable, Sendable {
    /// The packet has no command, or none that a message of this kind has.
    case otherCommand(CommandCode?)
    /// The edition does not know the message.
    case notInEdition(CommandCode, Edition)
    case missing(field: String)
    /// The text of the field is not of its type, or would be read back as something else.
    case malformed(field: String)
    /// `allowed` in words: `30…3600`, `one of 1 2 3`.
    case outOfRange(field: String, allowed: BilingualText)
    /// The values of one item do not fit into a packet; `item` is its first key.
    case itemTooLong(item: String)
    /// The message needs more packets than the edition can number.
    case tooManyPackets(limit: Int)
}
