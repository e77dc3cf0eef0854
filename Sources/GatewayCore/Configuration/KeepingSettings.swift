package import Protocol

/// What the journal keeps: `gateway.retention`, `keep_raw`, `journal_limit` and `keep_free`.
package struct KeepingSettings: Equatable, Sendable {
    /// Days with records that each kind is kept; kinds without a number are kept for ever.
    /// Source of five years: Regulation on Pollutant Discharge Permits (2021), original monitoring records (as quoted).
    package var days: [RecordKind: Int] = [.realtime: 90, .raw: 30, .frame: 30, .minute: 5 * 366]
    /// Whether the words and frames behind records are journalled too, as `evidence`.
    package var keepsRaw = false
    /// What the journal may take, in bytes; nil: only the disk sets a limit.
    package var maximumBytes: Int64?
    /// What is left free on its file system, in bytes.
    package var minimumFreeBytes: Int64 = 100_000_000

    /// The fewest days that monitoring records must be kept; see ``days``.
    static let lawfulDays = 5 * 365
}
