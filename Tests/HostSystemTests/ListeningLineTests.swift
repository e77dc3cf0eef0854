import Foundation
import Glibc
import HostSystem
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct ListeningLineTests {
    @Test("Bytes reach the handler and its answer comes back, whatever the pieces", arguments: [1, 3, 1_000])
    func echoes(pieceLength: Int) throws {
        let running = try RunningLine(listeningWith: .echo())
        let client = try running.client()
        let message = Array((0..<50).flatMap { _ in "##0087QN=20160801085857223;ST=91".utf8 })
        for start in stride(from: 0, to: message.count, by: pieceLength) {
            client.send(Array(message[start..<min(start + pieceLength, message.count)]))
        }
        #expect(client.receive(message.count) == message)
        #expect(running.handler.record.received == message)
        // The bytes are counted after they are sent.
        #expect(eventually { running.line.status.bytesOut == UInt64(message.count) })
        let status = running.line.status
        #expect(status.bytesIn == UInt64(message.count))
        #expect(status.connections.map(\.bytesIn) == [UInt64(message.count)])
    }

    @Test("Opening and closing are told once each, with the peer's address")
    func tellsOfConnections() throws {
        let running = try RunningLine(listeningWith: RecordingHandler(greeting: Array("hello".utf8)))
        do {
            let client = try running.client()
            #expect(client.receiveText(5) == "hello")
            #expect(running.line.status.isOpen)
        }
        #expect(eventually { running.handler.record.closed == ["closed by peer"] })
        let record = running.handler.record
        #expect(record.opened.count == 1)
        #expect(record.opened[0].peer.hasPrefix("127.0.0.1:"))
        let status = running.line.status
        #expect(!status.isOpen)
        #expect(status.opened == 1)
        #expect(status.changed != nil)
    }

    @Test("A line that follows another takes over its port: a peer that connects in between waits and is answered")
    func takesOver() throws {
        let endpoint = LineEndpoint.listen(host: "127.0.0.1", port: freePort())
        let old = Line(name: "old", endpoint: endpoint, handler: RecordingHandler.echo())
        try old.start()
        let port = try #require(old.port)
        let served = PlainClient(port: port)
        served.send("a")
        #expect(served.receiveText(1) == "a")
        let next = Line(name: "next", endpoint: endpoint, handler: RecordingHandler(greeting: Array("hello".utf8)))
        next.bind(takingOver: old)
        try next.bind()
        old.stop()
        #expect(served.isClosedByPeer)
        let waiting = PlainClient(port: port)
        try next.start()
        #expect(waiting.receiveText(5) == "hello")
        next.stop()
        #expect(!accepts(port: port))
    }

    @Test("A connection beyond the limit is closed at once and counted, and the open ones go on")
    func limitsConnections() throws {
        var limits = LineLimits()
        limits.connections = 2
        let running = try RunningLine(listeningWith: .echo(), limits: limits)
        let first = try running.client()
        let second = try running.client()
        first.send("a")
        second.send("b")
        #expect(first.receiveText(1) == "a")
        #expect(second.receiveText(1) == "b")
        let third = try running.client()
        #expect(third.isClosedByPeer)
        #expect(eventually { running.line.status.refused == 1 })
        #expect(try running.client().isClosedByPeer)
        #expect(eventually { running.line.status.refused == 2 })
        #expect(running.handler.record.troubles == ["127.0.0.1 refused: 2 connections are open"])
        first.send("c")
        #expect(first.receiveText(1) == "c")
    }

    @Test("A connection that says nothing for the idle time is closed")
    func closesIdle() throws {
        var limits = LineLimits()
        limits.idle = .milliseconds(100)
        let running = try RunningLine(listeningWith: .echo(), limits: limits)
        let client = try running.client()
        #expect(client.isClosedByPeer)
        #expect(eventually { running.handler.record.closed == ["silent for 0 s"] })
    }

    @Test("A connection that talks for ever is closed at the end of its lifetime")
    func endsLifetime() throws {
        var limits = LineLimits()
        limits.lifetime = .milliseconds(150)
        let running = try RunningLine(listeningWith: .echo(), limits: limits)
        let client = try running.client()
        #expect(
            eventually(within: .seconds(10)) {
                client.send("x")
                return running.handler.record.closed.count == 1
            })
        #expect(running.handler.record.closed == ["open for 0 s"])
    }

    @Test("A peer that asks and never reads is cut off when too much waits for it")
    func cutsSlowReaders() throws {
        let flood = [UInt8](repeating: 0x41, count: 60_000)
        let running = try RunningLine(listeningWith: RecordingHandler(answer: { _ in .send(flood) }))
        let client = PlainClient(port: running.line.port ?? 0, receiveBuffer: 4_096)
        #expect(
            eventually {
                client.send("?")
                return running.handler.record.closed == ["reads too slowly"]
            })
        #expect(!running.line.status.isOpen)
    }

    @Test("A handler can close after its last words, and what comes later is not looked at")
    func closesAfterReply() throws {
        let running = try RunningLine(
            listeningWith: RecordingHandler(answer: { _ in .close(.init(verbatim: "garbage"), after: Array("bye".utf8))
            }))
        let client = try running.client()
        client.send("nonsense")
        #expect(client.receiveText(10) == "bye")
        #expect(eventually { running.handler.record.closed == ["garbage"] })
    }

    @Test("Other threads can send and close")
    func sendsUnasked() throws {
        let running = try RunningLine(listeningWith: RecordingHandler())
        let client = try running.client()
        #expect(eventually { running.line.status.isOpen })
        let id = try #require(running.handler.record.opened.first?.id)
        #expect(running.line.send(Array("unasked".utf8), to: id))
        #expect(client.receiveText(7) == "unasked")
        running.line.close(id, reason: .init(verbatim: "configuration changed"))
        #expect(client.isClosedByPeer)
        #expect(eventually { running.handler.record.closed == ["configuration changed"] })
        #expect(running.line.send(Array("to nobody".utf8), to: id), "bytes for a gone connection are swallowed")
    }

    @Test("More than may wait is refused to other threads")
    func boundsUnaskedBytes() throws {
        let running = try RunningLine(listeningWith: RecordingHandler())
        let tooMuch = [UInt8](repeating: 0, count: LineLimits().waitingBytes + 1)
        #expect(!running.line.send(tooMuch, to: ConnectionID(number: 1)))
    }

    @Test("The handler's tick is called while a connection is open, and can send")
    func ticks() throws {
        var limits = LineLimits()
        limits.tick = .milliseconds(20)
        let running = try RunningLine(
            listeningWith: RecordingHandler(onTick: { .send([0x2E]) }), limits: limits)
        let client = try running.client()
        #expect(client.receive(3) == [0x2E, 0x2E, 0x2E])
    }

    @Test("A port in use is reported at start, with host and port")
    func reportsPortInUse() throws {
        let first = try RunningLine(listeningWith: RecordingHandler())
        let port = try #require(first.line.port)
        let second = Line(
            name: "second", endpoint: .listen(host: "127.0.0.1", port: port), handler: RecordingHandler())
        #expect(throws: SystemError("listen on", "127.0.0.1:\(port)", code: EADDRINUSE)) { try second.start() }
        second.stop()
    }

    @Test("A bound line holds its port, and serves after the start who connected before")
    func bindsFirst() throws {
        let line = Line(name: "test", endpoint: .listen(host: "127.0.0.1", port: 0), handler: RecordingHandler.echo())
        try line.bind()
        let client = PlainClient(port: try #require(line.port))
        client.send("early")
        try line.start()
        defer { line.stop() }
        #expect(client.receiveText(5) == "early")
    }

    @Test("A host that is no address of this machine is reported at start", arguments: ["203.0.113.7", "no such host"])
    func reportsBadHost(host: String) {
        let line = Line(name: "bad", endpoint: .listen(host: host, port: 0), handler: RecordingHandler())
        let error = #expect(throws: SystemError.self) { try line.start() }
        #expect(error?.description.contains(host) == true)
    }

    @Test("Stopping closes the connections, tells the handler and frees the port")
    func stops() throws {
        let handler = RecordingHandler()
        let line = Line(name: "test", endpoint: .listen(host: "127.0.0.1", port: 0), handler: handler)
        try line.start()
        let port = try #require(line.port)
        let client = PlainClient(port: port)
        #expect(eventually { line.status.isOpen })
        line.stop()
        line.stop()
        #expect(line.port == nil)
        #expect(handler.record.closed == ["line stopped"])
        #expect(client.isClosedByPeer)
        #expect(!accepts(port: port))
        let again = Line(name: "again", endpoint: .listen(host: "127.0.0.1", port: port), handler: handler)
        try again.start()
        again.stop()
    }

    @Test("A line beats its heart although nothing happens")
    func beats() throws {
        let count = Atomic(0)
        let line = Line(
            name: "test", endpoint: .listen(host: "127.0.0.1", port: 0),
            beat: { count.add(1, ordering: .relaxed) }, handler: RecordingHandler())
        try line.start()
        defer { line.stop() }
        #expect(eventually { count.load(ordering: .relaxed) >= 2 })
    }

    @Test("Waiting for the end has a limit")
    func waitsNoLongerThanAsked() throws {
        let release = DispatchSemaphore(value: 0)
        let running = try RunningLine(
            listeningWith: RecordingHandler(answer: { _ in
                release.wait()
                return .nothing
            }))
        let client = try running.client()
        client.send("hang")
        #expect(eventually { running.handler.text == "hang" })
        running.line.requestStop()
        #expect(!running.line.waitForEnd(until: SystemClock.uptime + .milliseconds(20)))
        release.signal()
        #expect(running.line.waitForEnd(until: SystemClock.uptime + .seconds(10)))
        #expect(running.line.waitForEnd(until: .zero), "an ended line has ended")
    }
}
