import PlantSimulator
import Telemetry

/// What people read about a fleet.
enum FleetReport {
    /// One line: the state now, and what happened since `before`, `seconds` ago.
    static func progress(_ counts: FleetCounts, since before: FleetCounts, seconds: Double, of size: Int)
        -> BilingualText
    {
        let rate = Int((Double(counts.acknowledged - before.acknowledged) / seconds).rounded())
        let kilobytes = Int((Double(counts.bytes - before.bytes) / seconds / 1_000).rounded())
        return .init(
            "connected \(counts.connected)/\(size)  acknowledged \(counts.acknowledged) of \(counts.published)"
                + "  \(rate) messages/s  \(kilobytes) kB/s  reconnects \(counts.reconnects)  errors \(counts.errors)",
            zh: "已连接 \(counts.connected)/\(size)  已确认 \(counts.acknowledged)/\(counts.published)"
                + "  \(rate) 条/秒  \(kilobytes) kB/s  重连 \(counts.reconnects)  错误 \(counts.errors)")
    }

    /// The table at the end, over `seconds` of publishing.
    static func table(_ counts: FleetCounts, _ options: FleetOptions, seconds: Double, connecting: Double)
        -> [BilingualText]
    {
        func perSecond(_ number: Int) -> String { decimal(Double(number) / max(seconds, 0.001), places: 1) }
        func milliseconds(_ share: Double) -> String {
            counts.latency.percentile(share).map { decimal(Double($0) / 1_000, places: 2) + " ms" } ?? "-"
        }
        let connecting = decimal(connecting, places: 1)
        var rows: [(name: BilingualText, value: BilingualText)] = [
            (
                .init("gateways", zh: "网关"),
                .init(
                    "\(options.size) on \(options.threads) threads, connected within \(connecting) s",
                    zh: "\(options.size) 台，\(options.threads) 个线程，\(connecting) 秒内连接完毕")
            ),
            (.init("measured for", zh: "测量时间"), .init(verbatim: decimal(seconds, places: 1) + " s")),
            (
                .init("records published", zh: "已发布记录"),
                .init(
                    "\(counts.published), \(counts.history) of them late",
                    zh: "\(counts.published)，其中补传 \(counts.history)")
            ),
            (
                .init("records acknowledged", zh: "已确认记录"),
                .init(
                    "\(counts.acknowledged), \(counts.published - counts.acknowledged) not",
                    zh: "\(counts.acknowledged)，未确认 \(counts.published - counts.acknowledged)")
            ),
            (.init("messages/s", zh: "消息/秒"), .init(verbatim: perSecond(counts.acknowledged))),
            (.init("payload bytes/s", zh: "载荷字节/秒"), .init(verbatim: perSecond(counts.bytes))),
            (
                .init("payload bytes/message", zh: "载荷字节/消息"),
                .init(verbatim: "\(counts.bytes / max(1, counts.published))")
            ),
            (
                .init("PUBACK latency", zh: "PUBACK 延迟"),
                .init(
                    "p50 \(milliseconds(0.5)), p95 \(milliseconds(0.95)), p99 \(milliseconds(0.99)), longest "
                        + milliseconds(1),
                    zh: "p50 \(milliseconds(0.5))，p95 \(milliseconds(0.95))，p99 \(milliseconds(0.99))，最长 "
                        + milliseconds(1))
            ),
            (.init("reconnects", zh: "重连"), .init(verbatim: "\(counts.reconnects)")),
            (.init("errors", zh: "错误"), .init(verbatim: "\(counts.errors)")),
        ]
        for (text, number) in counts.errorTexts.sorted(by: { $0.value > $1.value }) {
            rows.append((.init(verbatim: ""), .init(verbatim: "\(number) x ") + text))
        }
        return rows.map {
            .init($0.name.en.padded(toColumns: 24), zh: $0.name.zh.padded(toColumns: 24)) + $0.value
        }
    }

    private static func decimal(_ value: Double, places: Int) -> String { "\(value.rounded(toPlaces: places))" }
}
