import PlantSimulator
import Telemetry

/// What people read about a fleet.
enum FleetReport {
    /// One line: the state now, and what happened since `before`, `seconds` ago.
    static func progress(_ counts: FleetCounts, since before: FleetCounts, seconds: Double, of size: Int) -> String {
        let rate = Int((Double(counts.acknowledged - before.acknowledged) / seconds).rounded())
        let kilobytes = Int((Double(counts.bytes - before.bytes) / seconds / 1_000).rounded())
        return "connected \(counts.connected)/\(size)  acknowledged \(counts.acknowledged) of \(counts.published)"
            + "  \(rate) messages/s  \(kilobytes) kB/s  reconnects \(counts.reconnects)  errors \(counts.errors)"
    }

    /// The table at the end, over `seconds` of publishing.
    static func table(_ counts: FleetCounts, _ options: FleetOptions, seconds: Double, connecting: Double) -> [String] {
        func perSecond(_ number: Int) -> String { decimal(Double(number) / max(seconds, 0.001), places: 1) }
        func milliseconds(_ share: Double) -> String {
            counts.latency.percentile(share).map { decimal(Double($0) / 1_000, places: 2) + " ms" } ?? "-"
        }
        var rows = [
            (
                "gateways",
                "\(options.size) on \(options.threads) threads, connected within \(decimal(connecting, places: 1)) s"
            ),
            ("measured for", decimal(seconds, places: 1) + " s"),
            ("records published", "\(counts.published), \(counts.history) of them late"),
            ("records acknowledged", "\(counts.acknowledged), \(counts.published - counts.acknowledged) not"),
            ("messages/s", perSecond(counts.acknowledged)),
            ("payload bytes/s", perSecond(counts.bytes)),
            ("payload bytes/message", "\(counts.bytes / max(1, counts.published))"),
            (
                "PUBACK latency",
                "p50 \(milliseconds(0.5)), p95 \(milliseconds(0.95)), p99 \(milliseconds(0.99)), longest \(milliseconds(1))"
            ),
            ("reconnects", "\(counts.reconnects)"),
            ("errors", "\(counts.errors)"),
        ]
        for (text, number) in counts.errorTexts.sorted(by: { $0.value > $1.value }) {
            rows.append(("", "\(number) x \(text)"))
        }
        return rows.map { $0.0 + String(repeating: " ", count: 24 - $0.0.count) + $0.1 }
    }

    private static func decimal(_ value: Double, places: Int) -> String { "\(value.rounded(toPlaces: places))" }
}
