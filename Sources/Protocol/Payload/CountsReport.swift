/// How many records were journalled in a stretch of the journal and what became of them: the `counts` record.
///
/// The stretches of consecutive records of one length touch, so their sums say how many records there are up to any of them.
package struct CountsReport: Equatable, Sendable {
    /// What one uplink carries of the stretch.
    package struct Uplink: Equatable, Sendable {
        package var id: String
        /// The first and the last number that it carries; nil: none.
        package var first: Int64?
        package var last: Int64?
        /// Records that it carries, by kind.
        package var kinds: [Kind]
        /// Those of them that the broker has acknowledged.
        package var acknowledged: Int
        /// What is owed of the whole journal up to the end of the stretch, oldest first, ``maximumGaps`` at most.
        package var gaps: [ClosedRange<Int64>]
        /// How many numbers are owed of it; an upper bound, as not all need be carried.
        package var owed: Int64
        /// Records that the broker does not take, ``maximumGaps`` at most.
        package var setAside: [Int64]

        package init(
            id: String, first: Int64?, last: Int64?, kinds: [Kind], acknowledged: Int, gaps: [ClosedRange<Int64>],
            owed: Int64, setAside: [Int64]
        ) {
            self.id = id
            self.first = first
            self.last = last
            self.kinds = kinds
            self.acknowledged = acknowledged
            self.gaps = gaps
            self.owed = owed
            self.setAside = setAside
        }

        func write(to json: inout JSONWriter) {
            json.key(id)
            json.beginObject()
            json.field("first", integer: first)
            json.field("last", integer: last)
            json.field("records", integer: kinds.reduce(0) { $0 + $1.count })
            CountsReport.write(kinds, to: &json)
            json.field("acknowledged", integer: acknowledged)
            json.field("owed", integer: owed)
            json.key("gaps")
            json.beginArray()
            for gap in gaps.prefix(CountsReport.maximumGaps) {
                json.beginArray()
                json.integer(gap.lowerBound)
                json.integer(gap.upperBound)
                json.endArray()
            }
            json.endArray()
            json.key("setAside")
            json.beginArray()
            for sequence in setAside.prefix(CountsReport.maximumGaps) { json.integer(sequence) }
            json.endArray()
            json.endObject()
        }
    }

    package struct Kind: Equatable, Sendable {
        package var kind: RecordKind
        package var count: Int

        package init(_ kind: RecordKind, _ count: Int) {
            self.kind = kind
            self.count = count
        }
    }

    package static let maximumGaps = 32

    /// The stretch: numbers in `(after, through]`.
    package var after: Int64
    package var through: Int64
    /// Records of the stretch, by kind.
    package var kinds: [Kind]
    package var uplinks: [Uplink]

    package init(after: Int64, through: Int64, kinds: [Kind], uplinks: [Uplink]) {
        self.after = after
        self.through = through
        self.kinds = kinds
        self.uplinks = uplinks
    }

    func write(to json: inout JSONWriter) {
        json.key("counts")
        json.beginObject()
        json.field("after", integer: after)
        json.field("through", integer: through)
        json.field("records", integer: kinds.reduce(0) { $0 + $1.count })
        Self.write(kinds, to: &json)
        json.key("uplinks")
        json.beginObject()
        for uplink in uplinks { uplink.write(to: &json) }
        json.endObject()
        json.endObject()
    }

    /// In the order of the kinds; what there is none of is left out.
    private static func write(_ kinds: [Kind], to json: inout JSONWriter) {
        json.key("kinds")
        json.beginObject()
        for entry in kinds where entry.count > 0 { json.field(entry.kind.rawValue, integer: entry.count) }
        json.endObject()
    }
}
