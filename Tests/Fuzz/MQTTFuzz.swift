import Glibc
import HostSystem
import Telemetry

@testable import MQTTUplink

// What a broker sends, driven by libFuzzer (`make fuzz`), through a connection on loopback and the client library. No input may end
// the program, and none may leave memory behind.
//
// The first byte of an input chooses the version, whether the session stands before, and the pieces; the rest is what the broker sends.

/// One input, as libFuzzer calls it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : size))
    guard let first = input.first else { return 0 }
    let version: MQTTVersion = first & 1 == 0 ? .v5 : .v311
    var stream = Array(input.dropFirst())
    if first & 2 == 0 { stream = (version == .v5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]) + stream }
    let piece = first & 4 == 0 ? max(1, stream.count) : 1 + Int(first >> 3)
    answer(stream, version, piece: piece)
    let whole = filter(stream, version, piece: max(1, stream.count))
    guard whole == filter(stream, version, piece: piece) else { fatalError("pieces make a difference") }
    packets += packetCount(whole.bytes) + (whole.fault == nil ? 0 : 1)
    return 0
}

struct Filtered: Equatable {
    var bytes: [UInt8] = []
    var fault: MQTTPacketFilter.Fault?
}

/// What the library gets to read.
func filter(_ stream: [UInt8], _ version: MQTTVersion, piece: Int) -> Filtered {
    var filter = MQTTPacketFilter(version: version)
    for start in stride(from: 0, to: stream.count, by: piece) {
        stream[start..<min(start + piece, stream.count)].withUnsafeBytes { filter.feed($0) }
    }
    return Filtered(bytes: filter.takeReady(), fault: filter.fault)
}

/// Plays the broker that sends `stream` and hangs up, to a client that has published twice and subscribed.
func answer(_ stream: [UInt8], _ version: MQTTVersion, piece: Int) {
    var endpoint = MQTTEndpoint(host: "127.0.0.1", port: broker.port, clientID: "g")
    endpoint.version = version
    guard var connection = try? MQTTConnection(endpoint) else { fatalError("no client") }
    connection.connect()
    let peer = accept(broker.listener, nil, nil)
    guard peer >= 0 else { fatalError("no connection") }
    // The end is a reset, which leaves no address behind that is in use for a minute.
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    for topic in ["a", "b"] { _ = try? connection.publish(topic: topic, payload: [1]) }
    _ = try? connection.subscribe(to: "c")
    var isOver = false
    func run() {
        for event in connection.wait(for: wake, until: .zero) {
            if case .disconnected = event { isOver = true }
        }
    }
    var position = 0
    while position < stream.count, !isOver {
        let end = min(position + piece, stream.count)
        let sent = stream[position..<end].withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent > 0 else { break }
        position += sent
        run()
    }
    run()
    close(peer)
    for _ in 0..<1_000 where !isOver {
        for event in connection.wait(for: wake, until: SystemClock.uptime + .milliseconds(10)) {
            if case .disconnected = event { isOver = true }
        }
    }
    guard isOver else { fatalError("the connection ends when the broker hangs up") }
}

/// A listening socket on a port of its own.
let broker: (listener: Int32, port: UInt16) = {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout.size(ofValue: address))
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
        }
    }
    guard isListening else { fatalError("cannot listen") }
    atexit {
        let line = Array("fuzz: \(packets) packets\n".utf8)
        _ = write(2, line, line.count)
    }
    return (listener, UInt16(bigEndian: address.sin_port))
}()

let wake = WakeDescriptor()
/// Packets that were passed on or refused.
nonisolated(unsafe) var packets = 0

/// How many packets a stream consists of by their stated lengths.
func packetCount(_ stream: [UInt8]) -> Int {
    var count = 0
    var rest = stream[...]
    while rest.popFirst() != nil {
        count += 1
        var length = 0
        var digits = 0
        while let digit = rest.popFirst() {
            length |= Int(digit & 0x7F) << (7 * digits)
            digits += 1
            if digit < 0x80 || digits == 4 { break }
        }
        rest = rest.dropFirst(length)
    }
    return count
}
