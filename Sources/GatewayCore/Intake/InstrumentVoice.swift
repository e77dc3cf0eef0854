import Protocol
import Telemetry

/// What is known of an instrument that brings nothing usable: the one place that `status` and rule D1 ask for the reason.
///
/// The line says why no frame can come, until one has come. Frames say why they are of no use.
struct InstrumentVoice: Sendable {
    /// Why no frame comes, as the line has it; nil since the last good frame.
    private var line: BilingualText?
    /// When the last good frame came, and its command; nil before the first.
    private var heard: (at: Uptime, command: CommandCode?)?
    /// Why what came last was of no use; nil since data were used.
    private var unused: BilingualText?

    /// No frame can come for this reason.
    mutating func failed(because reason: BilingualText) { line = reason }

    /// A good frame came, whatever it holds.
    mutating func heard(_ command: CommandCode?, at now: Uptime) {
        line = nil
        heard = (now, command)
    }

    /// What came is of no use for this reason.
    mutating func wasUseless(because reason: BilingualText) { unused = reason }

    /// Data were used.
    mutating func wasUsed() { if unused != nil { unused = nil } }

    /// Why nothing usable comes; nil where nothing is known. `patience`: silent for longer it counts as mute.
    func reason(at now: Uptime, patience: Duration) -> BilingualText? {
        if let line { return line }
        guard let heard else { return nil }
        if now - heard.at > patience { return .quiet(after: unused) }
        return unused ?? .withoutMeasurements(heard.command)
    }
}
