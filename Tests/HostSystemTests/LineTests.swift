import Glibc
import HostSystem
import Synchronization
import Telemetry
import TestSupport
import Testing

/// Answers every piece with itself and remembers what happened.
private final class Echo: LineHandler {
    private let log = Mutex<[String]>([])
    let prefix: [UInt8]

    init(prefix: [UInt8] = []) { self.prefix = prefix }

    var events: [String] { log.withLock { $0 } }
    private func note(_ text: String) { log.withLock { $0.append(text) } }

    func opened(_ connection: ConnectionID, peer: String) { note("opened") }
    func received(_ connection: ConnectionID, _ bytes: [UInt8], at now: Uptime) -> [UInt8] {
        note("received \(String(decoding: bytes, as: UTF8.self))")
        return prefix + bytes
    }
    func tick(_ connection: ConnectionID, at now: Uptime) -> [UInt8] { [] }
    func closed(_ connection: ConnectionID, reason: String) { note("closed: \(reason)") }
    func unavailable(reason: String) { note("unavailable: \(reason)") }
    func alive() {}
}

@Suite(.timeLimit(.minutes(1)))
struct LineTests {
    private func connect(_ port: UInt16) throws -> FileDescriptor {
        try TCP.connect(host: "127.0.0.1", port: port, timeout: .seconds(5))
    }

    private func stop(_ line: Line) {
        line.requestStop()
        #expect(line.waitForEnd(until: SystemClock.uptime + .seconds(10)))
    }

    @Test("a listening line takes several connections, answers each, and tells of their end")
    func listening() throws {
        let echo = Echo()
        let line = try Line(.listen(host: "127.0.0.1", port: 0), name: "t", handler: echo)
        line.start()
        for word in ["one", "two"] {
            let socket = try connect(line.port)
            _ = word.withCString { write(socket.raw, $0, word.utf8.count) }
            let answer = try readChunk(of: socket.raw, limit: 100, name: "test")
            #expect(String(decoding: answer, as: UTF8.self) == word)
        }
        #expect(eventually { echo.events.filter { $0.hasPrefix("closed") }.count == 2 })
        stop(line)
    }

    @Test("a port in use is an error that names it, before anything runs")
    func portInUse() throws {
        let first = try Line(.listen(host: "127.0.0.1", port: 0), name: "a", handler: Echo())
        let error = #expect(throws: SystemError.self) {
            _ = try Line(.listen(host: "127.0.0.1", port: first.port), name: "b", handler: Echo())
        }
        #expect(error?.description == "listen on 127.0.0.1:\(first.port): Address already in use")
    }

    @Test("more connections than the limit are turned away, and a place that becomes free is taken again")
    func limit() throws {
        let echo = Echo()
        let line = try Line(.listen(host: "127.0.0.1", port: 0), name: "t", handler: echo)
        line.start()
        var raw: [Int32] = []
        for _ in 0..<Line.mostConnections { raw.append(try connect(line.port).release()) }
        #expect(eventually { echo.events.filter { $0 == "opened" }.count == Line.mostConnections })
        let extra = try connect(line.port)
        #expect(try readChunk(of: extra.raw, limit: 1, name: "test").isEmpty)
        close(raw.removeLast())
        #expect(eventually { echo.events.contains { $0.hasPrefix("closed") } })
        raw.append(try connect(line.port).release())
        #expect(eventually { echo.events.filter { $0 == "opened" }.count == Line.mostConnections + 1 })
        for descriptor in raw { close(descriptor) }
        stop(line)
    }

    @Test("a connecting line waits for its instrument and comes back after a loss")
    func connecting() throws {
        let port = freePort()
        let echo = Echo()
        let line = try Line(.connect(host: "127.0.0.1", port: port), name: "t", handler: echo)
        line.start()
        #expect(eventually { echo.events.contains { $0.contains("Connection refused") } })
        for round in 1...2 {
            let server = try Line(.listen(host: "127.0.0.1", port: port), name: "s", handler: Echo())
            server.start()
            #expect(eventually { echo.events.filter { $0 == "opened" }.count == round })
            stop(server)
            #expect(eventually { echo.events.filter { $0.hasPrefix("closed") }.count == round })
        }
        stop(line)
    }

    @Test("a peer that does not take its answers is cut off")
    func slowReader() throws {
        let echo = Echo(prefix: [UInt8](repeating: 0x41, count: 200_000))
        let line = try Line(.listen(host: "127.0.0.1", port: 0), name: "t", handler: echo)
        line.start()
        let socket = try connect(line.port)
        let cut = eventually {
            _ = send(socket.raw, "x", 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            return echo.events.contains { $0.contains("does not take") }
        }
        #expect(cut)
        stop(line)
    }

    @Test("a serial line is found again after it was unplugged (R17)")
    func serial() throws {
        let directory = TemporaryDirectory()
        let path = directory.file("tty")
        let echo = Echo()
        var terminal: PseudoTerminal? = try PseudoTerminal()
        symlink(try #require(terminal).path, path)
        let line = try Line(.serial(SerialSettings(path: path)), name: "t", handler: echo)
        line.start()
        #expect(eventually { echo.events == ["opened"] })
        unlink(path)
        terminal = nil
        #expect(eventually { echo.events.contains { $0.contains("No such file") } })
        let other = try PseudoTerminal()
        symlink(other.path, path)
        #expect(eventually { echo.events.filter { $0 == "opened" }.count == 2 })
        _ = write(other.raw, "hi", 2)
        #expect(eventually { echo.events.last == "received hi" })
        stop(line)
    }
}
