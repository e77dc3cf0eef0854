import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import HostSystem

/// The list of those who may connect, over real sockets. All of 127.0.0.0/8 is this machine.
@Suite struct AddressFilterTests {
    private static let hasIPv6 = FileManager.default.fileExists(atPath: "/proc/net/if_inet6")

    @Test("Who is not on the list is closed at once, told once and counted; others are served")
    func refuses() throws {
        let running = try RunningLine(listeningWith: .echo(), limits: limits("127.0.0.2", "127.0.1.0/24"))
        for _ in 0..<3 { #expect(try running.client().isClosedByPeer) }
        let port = try #require(running.line.port)
        let friend = PlainClient(port: port, source: 0x7F00_0002)
        friend.send("a")
        #expect(friend.receiveText(1) == "a")
        let neighbour = PlainClient(port: port, source: 0x7F00_01FE)
        neighbour.send("b")
        #expect(neighbour.receiveText(1) == "b")
        #expect(PlainClient(port: port, source: 0x7F00_0003).isClosedByPeer)
        #expect(try running.client().isClosedByPeer)
        #expect(eventually { running.line.status.refused == 5 })
        #expect(
            running.handler.record.troubles == [
                "127.0.0.1 refused: its address is not allowed", "127.0.0.3 refused: its address is not allowed",
            ])
        #expect(running.handler.record.opened.count == 2)
        #expect(running.handler.record.closed.isEmpty)
    }

    @Test("A refused peer takes no place of an allowed one")
    func takesNoPlace() throws {
        var limits = limits("127.0.0.2")
        limits.connections = 1
        let running = try RunningLine(listeningWith: .echo(), limits: limits)
        #expect(try running.client().isClosedByPeer)
        let friend = PlainClient(port: try #require(running.line.port), source: 0x7F00_0002)
        friend.send("a")
        #expect(friend.receiveText(1) == "a")
    }

    @Test("Peers from many addresses fill neither memory nor log")
    func bounds() throws {
        let running = try RunningLine(listeningWith: RecordingHandler(), limits: limits("127.0.0.1"))
        let port = try #require(running.line.port)
        for host in 0..<100 as Range<UInt32> {
            #expect(PlainClient(port: port, source: 0x7F01_0000 + host).isClosedByPeer)
        }
        #expect(eventually { running.line.status.refused == 100 })
        #expect(running.handler.record.troubles.count == 64)
    }

    @Test("An IPv4 peer of an IPv6 listener is judged by its IPv4 address", .enabled(if: hasIPv6))
    func mapped() throws {
        let running = try RunningLine(
            .listen(host: "::", port: 0), .echo(), limits: limits("127.0.0.2", "2001:db8::/32"))
        let port = try #require(running.line.port)
        let friend = PlainClient(port: port, source: 0x7F00_0002)
        friend.send("a")
        #expect(friend.receiveText(1) == "a")
        #expect(PlainClient(port: port).isClosedByPeer)
    }

    @Test("An address has its bytes in the order in which they are written")
    func bytes() throws {
        #expect(try SocketAddress.resolve(host: "192.0.2.7", port: 1)[0].addressBytes == [192, 0, 2, 7])
        #expect(
            try SocketAddress.resolve(host: "2001:db8::7", port: 1)[0].addressBytes
                == [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7])
        #expect(try SocketAddress(path: "/run/x").addressBytes.isEmpty)
        #expect(try SocketAddress.resolve(host: "192.0.2.7", port: 9)[0].hostText == "192.0.2.7")
        #expect(try SocketAddress.resolve(host: "::1", port: 9)[0].text == "[::1]:9")
    }

    @Test("Without a list everybody is admitted, with one nobody without an address")
    func unknownPeers() throws {
        #expect(AddressFilter().admits(nil))
        #expect(try AddressFilter().admits(SocketAddress(path: "/run/x")))
        let filter = AddressFilter([try #require(AddressPrefix("0.0.0.0/0")), try #require(AddressPrefix("::/0"))])
        #expect(!filter.admits(nil))
        #expect(try !filter.admits(SocketAddress(path: "/run/x")))
        #expect(try filter.admits(SocketAddress.resolve(host: "192.0.2.7", port: 1)[0]))
    }

    private func limits(_ allowed: String...) -> LineLimits {
        var limits = LineLimits()
        limits.filter = AddressFilter(allowed.compactMap { AddressPrefix($0) })
        return limits
    }
}

@Suite struct FirstByteTests {
    @Test("Who connects and says nothing is closed; who has spoken once may be silent")
    func closesTheMute() throws {
        var limits = LineLimits()
        limits.firstByte = .milliseconds(200)
        let running = try RunningLine(listeningWith: .echo(), limits: limits)
        let talker = try running.client()
        talker.send("a")
        #expect(talker.receiveText(1) == "a")
        let mute = try running.client()
        #expect(mute.isClosedByPeer)
        #expect(eventually { running.handler.record.closed == ["said nothing for 0 s"] })
        talker.send("b")
        #expect(talker.receiveText(1) == "b")
    }
}

@Suite struct RedialTests {
    @Test("Pauses between attempts grow while nothing comes of them, and begin anew after traffic")
    func pauses() throws {
        let server = PlainServer()
        var limits = LineLimits()
        limits.retry = .seconds(4)
        let dialer = LineDialer(host: "127.0.0.1", port: server.port, limits: limits)
        var now = Uptime.zero
        #expect(dialer.deadline <= now)
        for expected: Duration in [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4)] {
            now = now + .seconds(60)
            open(dialer, at: now)
            dialer.ended(hadTraffic: false, at: now)
            let pause = dialer.deadline - now
            #expect(pause <= expected && pause >= expected * 0.75)
            #expect(dialer.proceed(ready: false, open: 0, at: now).isEmpty, "not before the pause is over")
        }
        now = now + .seconds(60)
        open(dialer, at: now)
        dialer.ended(hadTraffic: true, at: now)
        #expect(dialer.deadline - now <= .milliseconds(250))
    }

    /// Takes the steps of a connection that succeeds, at once or after the descriptor becomes writable.
    private func open(_ dialer: LineDialer, at now: Uptime) {
        if dialer.proceed(ready: false, open: 0, at: now).count == 1 { return }
        #expect(eventually { dialer.proceed(ready: true, open: 0, at: now).count == 1 })
    }

    @Test("A connection is made to the first address that answers")
    func dialsSeveral() throws {
        let server = PlainServer()
        let dead = try SocketAddress.resolve(host: "127.0.0.1", port: freePort())
        let alive = try SocketAddress.resolve(host: "127.0.0.1", port: server.port)
        let descriptor = try Sockets.connect(toOneOf: dead + alive, timeout: .seconds(5))
        #expect(SocketAddress(of: descriptor.raw, peer: true)?.port == server.port)
        let error = #expect(throws: SystemError.self) {
            _ = try Sockets.connect(toOneOf: dead, timeout: .seconds(5)).raw
        }
        #expect(error?.code == ECONNREFUSED)
        let nowhere = #expect(throws: SystemError.self) { _ = try Sockets.connect(toOneOf: [], timeout: .zero).raw }
        #expect(nowhere?.code == EHOSTUNREACH)
    }
}
