import Cipher
import Glibc
import Protocol
import Telemetry

// Untrusted HJ 212 bytes, driven by libFuzzer (`make fuzz`). No input may trap, and what is said below must hold for all.
//
// The first byte of an input chooses the tolerance and the pieces it arrives in; the rest is the stream.

/// One input, as libFuzzer calls it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    guard let first = input.first else { return 0 }
    let stream = Array(input.dropFirst())
    let tolerance = Tolerance.names.enumerated().reduce(into: Tolerance.strict) { tolerance, entry in
        if first >> (entry.offset % 8) & 1 == 1 { tolerance.insert(entry.element.tolerance) }
    }
    let items = scan(stream, tolerance, piece: stream.count + 1)
    require(items == scan(stream, tolerance, piece: Int(first % 7) + 1), "pieces make no difference")
    cover(items, stream.count)
    for case .frame(let frame) in items { read(frame) }
    readArea(stream)
    decrypt(stream)
    host(stream, first)
    return 0
}

/// Traps where something does not hold, saying what: the optimizer keeps no message of a precondition.
func require(_ condition: Bool, _ what: StaticString) {
    guard !condition else { return }
    let line = Array("Fatal error: does not hold: \(what)\n".utf8)
    _ = write(2, line, line.count)
    fatalError()
}

nonisolated(unsafe) var keys: KeyRing = {
    var ring = KeyRing()
    if let key = SM4Key("0000000000000000".utf8) { ring.add(key, for: nil) }
    return ring
}()

func scan(_ stream: [UInt8], _ tolerance: Tolerance, piece: Int) -> [ScannedItem] {
    var scanner = FrameScanner(tolerance: tolerance, keys: keys)
    var items: [ScannedItem] = []
    var start = 0
    while start < stream.count {
        let end = min(start + piece, stream.count)
        items += scanner.feed(stream[start..<end])
        start = end
    }
    return items + scanner.expire()
}

/// The items cover each byte of the stream exactly once.
func cover(_ items: [ScannedItem], _ count: Int) {
    var end = 0
    for item in items {
        let (offset, length) =
            switch item {
            case .frame(let frame): (frame.offset, frame.bytes.count)
            case .defect(let defect): (defect.offset, defect.length)
            }
        require(offset == end && length > 0, "items follow one another")
        end = offset + length
    }
    require(end == count, "items cover the stream")
}

/// Everything that can be read from a frame, and its way back to bytes.
func read(_ frame: Frame) {
    let packet = Packet(segment: frame.segment)
    let again = Packet(segment: packet.segment[...])
    require(again.segment == packet.segment, "a packet that was written once is written the same again")
    _ = HJ212Upload(packet)
    _ = FieldMessage(packet)
    _ = HostRequest(packet)
    _ = Answer(packet)
    if let answer = packet.hostAnswer, let bytes = FrameEncoder.frame(answer) {
        var scanner = FrameScanner(tolerance: .strict)
        let items = scanner.feed(bytes) + scanner.expire()
        require(items.first?.isFrame == true, "an answer is a good frame")
    }
    _ = FrameExplanation().lines(frame)
}

extension ScannedItem {
    fileprivate var isFrame: Bool {
        if case .frame = self { true } else { false }
    }
}

/// The grammar of the data area on bytes that are in no frame.
func readArea(_ bytes: [UInt8]) {
    let area = DataSegment(parsing: bytes[...])
    let written = area.bytes
    require(DataSegment(parsing: written[...]).bytes == written, "a data area that was written is read the same")
    for pair in area.pairs {
        _ = pair.codeAndSuffix
        if let number = pair.value.number { require(number.isFinite, "numbers are finite") }
        _ = pair.value.time
    }
}

/// Any bytes encrypt and decrypt, and any data area survives the way there and back.
func decrypt(_ bytes: [UInt8]) {
    guard let key = SM4Key("0000000000000000".utf8) else { return }
    require(key.decrypt(key.encrypt(bytes[...])[...]) == bytes, "what was encrypted is decrypted")
    _ = try? KeyRing(file: bytes)
}

/// A host that gets the stream on two connections, with orders and the time going on.
func host(_ stream: [UInt8], _ first: UInt8) {
    var device = InstrumentDevice(mn: nil)
    device.asksForHistory = true
    device.timeSetting = .drift(.seconds(60))
    device.commissioning = .init(realtimeInterval: 30, minuteInterval: 1)
    var settings = HostSettings()
    settings.keys = keys
    settings.tolerance = .everything
    var host = InstrumentHost(devices: [device], settings: settings)
    let civil = CivilTime(year: 2024, month: 6, day: 1)
    var now = Uptime.zero
    host.opened(1)
    host.opened(2)
    let piece = Int(first) + 1
    var start = 0
    while start < stream.count {
        let end = min(start + piece, stream.count)
        _ = host.receive(stream[start..<end], on: UInt64(1 + start % 2), at: now, civil: civil)
        if start % 5 == 0 { _ = host.order(.getRealtimeInterval, ofDevice: 0, at: now, civil: civil) }
        now = now + .seconds(Int(first % 16))
        _ = host.tick(at: now, civil: civil)
        start = end
    }
    _ = host.closed(1, at: now, civil: civil)
    _ = host.closed(2, at: now, civil: civil)
    require(host.deadline == nil || !stream.isEmpty, "nothing is waited for without input")
}
