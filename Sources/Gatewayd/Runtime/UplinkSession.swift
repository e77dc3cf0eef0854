import GatewayCore
import MQTTUplink
import Telemetry
import TelemetryStore

/// What the uplink's thread holds between two turns.
struct UplinkSession {
    var machine: UplinkMachine
    let reader: JournalReader
    let connection: MQTTConnection
    let prefix: String
    /// Publishes that wait for their PUBACK: message identifier → sequence number.
    var sequences: [Int32: Int64] = [:]
    var cursorMoved = false
    /// The last row this uplink carries at or before `position` in the lane that was read last.
    private var lastCarried: (position: Int64, sequence: Int64)?

    init(machine: UplinkMachine, reader: JournalReader, connection: MQTTConnection, prefix: String) {
        self.machine = machine
        self.reader = reader
        self.connection = connection
        self.prefix = prefix
    }

    /// Reads and publishes up to `limit` rows.
    mutating func publish(
        _ lane: UplinkMachine.Lane, after: Int64, through: Int64, limit: Int, at now: Uptime
    ) throws {
        let rows = try reader.rows(after: after, through: through, limit: limit)
        let end = rows.count == limit ? rows[limit - 1].sequence : through
        var previous = try previousSequence(before: after, first: rows.first)
        for row in rows {
            if !machine.isInFlight(row.sequence) {
                let topic = "\(prefix)/\(lane.rawValue)/\(row.outlet)/\(row.kind)"
                let payload = PayloadSplice.insert(previous: previous, into: row.body)
                sequences[try connection.publish(topic: topic, payload: payload)] = row.sequence
            }
            previous = row.sequence
        }
        lastCarried = (end, previous)
        machine.took(rows.map(\.sequence), lane: lane, after: after, through: end, at: now)
        cursorMoved = cursorMoved || rows.isEmpty
    }

    /// The row before `first` that this uplink carries. Asked of the journal only when reading does not simply go on.
    private func previousSequence(before position: Int64, first: JournalRow?) throws -> Int64 {
        if let lastCarried, lastCarried.position == position { return lastCarried.sequence }
        return try reader.previousSequence(before: first?.sequence ?? position + 1)
    }
}
