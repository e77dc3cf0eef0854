import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite struct DialingLineTests {
    /// Tries again soon, so that tests need not wait.
    private static var impatient: LineLimits {
        var limits = LineLimits()
        limits.retry = .milliseconds(20)
        limits.connecting = .milliseconds(200)
        return limits
    }

    @Test("Connects, exchanges bytes, and connects again after the other side closed")
    func reconnects() throws {
        let server = PlainServer()
        let running = try RunningLine(
            .connect(host: "127.0.0.1", port: server.port), .echo(), limits: Self.impatient)
        for round in 1...3 {
            let connection = server.accept()
            #expect(exchange("round \(round)", over: connection) == "round \(round)")
            close(connection)
            #expect(eventually { running.handler.record.closed.count == round })
        }
        #expect(running.handler.record.opened.count >= 3)
        #expect(running.handler.record.opened[0].peer == "127.0.0.1:\(server.port)")
    }

    @Test("Waits for a server that is not there yet; the trouble is told once, with the address")
    func waitsForServer() throws {
        let port = freePort()
        let running = try RunningLine(
            .connect(host: "127.0.0.1", port: port), RecordingHandler(), limits: Self.impatient)
        #expect(eventually { running.handler.record.troubles.count == 1 })
        #expect(running.handler.record.troubles == ["connect to 127.0.0.1:\(port): Connection refused"])
        let server = PlainServer(port: port)
        close(server.accept())
        #expect(eventually { running.handler.record.closed.count == 1 })
        #expect(running.handler.record.troubles.count == 1)
    }

    @Test("A name that stands for nothing is trouble, not the end")
    func survivesUnknownName() throws {
        let running = try RunningLine(
            .connect(host: "instrument.invalid", port: 502), RecordingHandler(), limits: Self.impatient)
        #expect(eventually { running.handler.record.troubles.count == 1 })
        #expect(running.line.status.lastError?.contains("instrument.invalid") == true)
    }

    @Test("A server that stops answering is left after the idle time and called again")
    func leavesSilentServer() throws {
        let server = PlainServer()
        var limits = Self.impatient
        limits.idle = .milliseconds(50)
        let running = try RunningLine(
            .connect(host: "127.0.0.1", port: server.port), RecordingHandler(), limits: limits)
        let first = server.accept()
        let second = server.accept()
        #expect(running.handler.record.closed.first == "silent for 0 s")
        close(first)
        close(second)
    }

    private func exchange(_ text: String, over connection: Int32) -> String {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(text.utf8)
        _ = write(connection, bytes, bytes.count)
        var reply = [UInt8](repeating: 0, count: bytes.count)
        let count = recv(connection, &reply, reply.count, Int32(MSG_WAITALL))
        return String(decoding: reply.prefix(max(0, count)), as: UTF8.self)
    }
}

@Suite struct BackoffTests {
    @Test("Pauses double up to the limit, each at most a quarter shorter")
    func grows() {
        var generator = SeededGenerator()
        var backoff = Backoff()
        for expected: Duration in [
            .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5),
        ] {
            let pause = backoff.pause(using: &generator)
            #expect(pause <= expected && pause >= expected * 0.75, "\(generator)")
        }
        backoff.reset()
        #expect(backoff.pause(using: &generator) <= .milliseconds(250))
    }

    @Test("A limit below the first pause holds from the start")
    func respectsSmallLimit() {
        var generator = SeededGenerator()
        var backoff = Backoff(limit: .milliseconds(20))
        for _ in 0..<5 { #expect(backoff.pause(using: &generator) <= .milliseconds(20)) }
    }
}
