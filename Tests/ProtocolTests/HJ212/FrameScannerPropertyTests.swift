import TestSupport
import Testing

@testable import Protocol

/// Properties that hold for any stream, tried with random ones; a failure prints the seed.
@Suite struct FrameScannerPropertyTests {
    /// Bytes that are no frame but look like parts of one.
    private func debris(_ generator: inout SeededGenerator) -> [UInt8] {
        let pieces = [
            "##", "#", "0139", "##0139", "##9999", "##0000", "##0012", "&&", "CP=&&", "&&1C80\r\n", "\r\n", "QN=2016",
            "##12QN=", "##00010077QN=", "ABCD", "0", "**", "x",
        ]
        return (0..<Int.random(in: 1...6, using: &generator)).flatMap { _ -> [UInt8] in
            if Bool.random(using: &generator) { return [UInt8.random(in: 0...255, using: &generator)] }
            return Array((pieces.randomElement(using: &generator) ?? "").utf8)
        }
    }

    /// A frame of the corpus after one accident: cut, a flipped bit, a lost, doubled or foreign stretch.
    private func damaged(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = CorpusFrame.all.randomElement(using: &generator)?.wire ?? []
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, index + Int.random(in: 1...40, using: &generator))
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.removeLast(bytes.count - index)
        case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.removeSubrange(index..<end)
        case 3: bytes.insert(contentsOf: bytes[index..<end], at: index)
        default: bytes.replaceSubrange(index..<end, with: debris(&generator))
        }
        return bytes
    }

    private func stream(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 1...6, using: &generator)).flatMap { _ -> [UInt8] in
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: debris(&generator)
            case 1: damaged(&generator)
            default: CorpusFrame.all.randomElement(using: &generator)?.wire ?? []
            }
        }
    }

    @Test("R25 any division of a stream into chunks gives the same items", arguments: [Tolerance.strict, .everything])
    func chunking(tolerance: Tolerance) {
        var generator = SeededGenerator()
        for _ in 0..<randomCases(800) {
            let bytes = stream(&generator)
            let whole = scan(bytes, tolerance: tolerance)
            let single = scan(bytes, tolerance: tolerance) { 1 }
            let random = scan(bytes, tolerance: tolerance) { Int.random(in: 1...200, using: &generator) }
            #expect(whole == single, "\(generator)")
            #expect(whole == random, "\(generator)")
        }
    }

    @Test("The items of a stream cover each of its bytes exactly once, in order")
    func partition() {
        var generator = SeededGenerator()
        for _ in 0..<3000 {
            let bytes = stream(&generator)
            var end = 0
            for item in scan(bytes, tolerance: .intake) {
                #expect(item.offset == end && item.length > 0, "\(generator)")
                if let frame = item.frame { #expect(frame.bytes == Array(bytes[end..<end + item.length])) }
                end = item.offset + item.length
            }
            #expect(end == bytes.count, "\(generator)")
        }
    }

    @Test("R25 no good frame is lost, whatever stands between and before", arguments: [Tolerance.strict, .everything])
    func nothingLost(tolerance: Tolerance) {
        var generator = SeededGenerator()
        for _ in 0..<randomCases(3000) {
            var bytes: [UInt8] = []
            var expected: [Int] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes += Bool.random(using: &generator) ? debris(&generator) : damaged(&generator)
                // Garbage that ends in # would make a third one of the header; that is still found.
                expected.append(bytes.count)
                bytes += CorpusFrame.good.randomElement(using: &generator)?.wire ?? []
            }
            let found = Set(scan(bytes, tolerance: tolerance).compactMap { $0.frame?.offset })
            #expect(found.isSuperset(of: expected), "\(generator)")
        }
    }

    @Test("R25 frames without anything between them come out as they went in")
    func glued() {
        var generator = SeededGenerator()
        for _ in 0..<100 {
            let frames = (0..<20).compactMap { _ in CorpusFrame.good.randomElement(using: &generator)?.wire }
            let found = scan(Array(frames.joined())) { Int.random(in: 1...700, using: &generator) }
            #expect(found.map { $0.frame?.bytes } == frames, "\(generator)")
        }
    }

    @Test("Streams that repeat the beginning of a frame are scanned in bounded time and memory")
    func adversary() {
        for unit in ["##1000", "##4096", "##0100&&1000\r\n", "##", "&&ABCD\r\n", "##9999&", "##12QN=", "##00010100ST="]
        {
            let bytes = Array(String(repeating: unit, count: 20_000 / unit.utf8.count).utf8)
            let items = scan(bytes) { 64 }
            #expect(items.allSatisfy { $0.frame == nil })
            #expect(items.reduce(0) { $0 + $1.length } == bytes.count)
        }
    }
}
