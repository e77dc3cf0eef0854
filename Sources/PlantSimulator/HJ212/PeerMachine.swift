import Telemetry

/// One side of an HJ 212 connection as a value: bytes and the time go in; ``PeerWire/takeDue(at:)`` has what comes out.
protocol PeerMachine: Sendable {
    var wire: PeerWire { get set }
    /// How often ``tick(at:)`` wants to be called.
    var pace: Duration { get }
    /// A connection is there, perhaps after another one.
    mutating func opened(at time: PeerTime)
    mutating func receive(_ bytes: ArraySlice<UInt8>, at time: PeerTime)
    mutating func tick(at time: PeerTime)
    /// What it did, in a few lines for people.
    var summary: [String] { get }
}
