import GatewayCore
import HostSystem
import Telemetry

/// What `replay` says on standard error while it works: one line that is drawn over, or on a pipe a line a second.
struct ReplayProgress {
    private static let pause = Duration.seconds(1)

    /// Bytes of the input, when that is known.
    private let size: Int64?
    private let start: Uptime
    private var next: Uptime
    private var bytes: Int64 = 0

    init(size: Int64?, at now: Uptime) {
        self.size = size
        start = now
        next = now + Self.pause
    }

    /// `read` more bytes have been read.
    mutating func show(_ stream: ReplayStream, read: Int, at now: Uptime) {
        bytes += Int64(read)
        guard now >= next else { return }
        next = now + Self.pause
        let date = stream.latest.map { stream.date(of: $0) }
        let share = size.map { $0 > 0 ? ", \(min(bytes * 100 / $0, 100)) %" : "" } ?? ""
        write(
            BilingualText(
                "\(stream.samples) samples, \(rate(stream, now)) samples/s\(date.map { ", at \($0)" } ?? "")\(share)",
                zh: "样本 \(stream.samples)，每秒 \(rate(stream, now))\(date.map { "，至 \($0)" } ?? "")\(share)"))
    }

    /// The work is over.
    func end(_ stream: ReplayStream, at now: Uptime) {
        let tenths = (now - start).wholeMilliseconds / 100
        let seconds = "\(tenths / 10).\(tenths % 10)"
        write(
            BilingualText(
                "\(stream.samples) samples, \(stream.records) records in \(seconds) s, \(rate(stream, now)) samples/s",
                zh: "样本 \(stream.samples)，记录 \(stream.records)，用时 \(seconds) 秒，每秒 \(rate(stream, now))"))
        if Console.errorIsTerminal { Console.error("\n") }
    }

    private func rate(_ stream: ReplayStream, _ now: Uptime) -> Int {
        Int(Double(stream.samples) / max((now - start).inSeconds, 0.001))
    }

    private func write(_ text: BilingualText) {
        let text = Language.ofCommandLine(text)
        Console.error(Console.errorIsTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }
}
