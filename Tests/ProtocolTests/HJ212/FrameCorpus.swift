import Foundation
import Testing

/// One line of Cases/hj212-frames.jsonl: a frame as found in the field or printed in a standard.
struct CorpusFrame: Decodable, Sendable, CustomTestStringConvertible {
    let frame: String
    let version: String
    let kind: String
    /// Strict framing only: what is inside CP may still break rules.
    let valid: Bool
    let why: String
    /// `latin1`: each character is one byte.
    let bytes: String?

    /// From 1, as editors count.
    var line = 0

    private enum CodingKeys: CodingKey { case frame, version, kind, valid, why, bytes }

    /// The frame on the wire.
    var wire: [UInt8] {
        bytes == "latin1" ? frame.unicodeScalars.map { UInt8($0.value) } : Array(frame.utf8)
    }

    /// SM4 ciphertext, whose checksum is that of the plain text: cannot be verified without the key.
    var isEncrypted: Bool { bytes == "latin1" }

    var testDescription: String { "line \(line): \(kind), \(why)" }

    static let all: [CorpusFrame] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Cases/hj212-frames.jsonl")
        do {
            let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
            return try lines.enumerated().map { index, line in
                var frame = try JSONDecoder().decode(CorpusFrame.self, from: Data(line.utf8))
                frame.line = index + 1
                return frame
            }
        } catch {
            fatalError("cannot read \(path.path): \(error)")
        }
    }()

    /// Frames a strict receiver delivers.
    static let good = all.filter { $0.valid && !$0.isEncrypted }
}
