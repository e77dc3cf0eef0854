/// One record as it is journalled.
package struct JournalRow: Equatable, Sendable {
    package var sequence: Int64
    /// 0 urgent, 1 what the law asks for, 2 bulk.
    package var lane: Int
    package var kind: String
    /// The topic segment of the outlet or device; `_gateway` for the gateway itself.
    package var outlet: String
    /// Milliseconds since 1970 UTC.
    package var timestamp: Int64
    /// JSON, without `prev`.
    package var body: [UInt8]

    package init(sequence: Int64, lane: Int, kind: String, outlet: String, timestamp: Int64, body: [UInt8]) {
        self.sequence = sequence
        self.lane = lane
        self.kind = kind
        self.outlet = outlet
        self.timestamp = timestamp
        self.body = body
    }
}
