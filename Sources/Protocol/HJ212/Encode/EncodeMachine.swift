internal import JSON
package import Telemetry

/// What `gatewayd encode` makes of a stream of JSON lines: strictly framed HJ 212 bytes, or what is wrong with a line.
package struct EncodeMachine {
    package enum Output: Equatable, Sendable {
        case frame([UInt8])
        /// `line` counts from 1; the message names the column where the text is no JSON.
        case problem(line: Int, message: BilingualText)
    }

    /// Bytes of a line at most; a frame of 1,024 bytes needs some thousands.
    package static let lineLimit = 65_536

    private var pending: [UInt8] = []
    /// A line above the limit is left out up to its end.
    private var isOverlong = false
    private var line = 1

    package init() {}

    /// Takes in the next bytes and returns what their complete lines make.
    package mutating func feed(_ bytes: [UInt8]) -> [Output] {
        var outputs: [Output] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: ASCII.lineFeed) {
            append(rest[..<end])
            outputs += finish()
            line += 1
            rest = rest[(end + 1)...]
        }
        append(rest)
        return outputs
    }

    /// What the last line makes, which needs no line end.
    package mutating func finish() -> [Output] {
        defer {
            pending.removeAll(keepingCapacity: true)
            isOverlong = false
        }
        if isOverlong {
            return [
                .problem(
                    line: line, message: .init("longer than \(Self.lineLimit) bytes", zh: "超过 \(Self.lineLimit) 字节"))
            ]
        }
        guard !pending.allSatisfy(ASCII.isBlank) else { return [] }
        return [Self.output(pending, line: line)]
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        guard !isOverlong, pending.count + bytes.count <= Self.lineLimit else {
            isOverlong = true
            return
        }
        pending += bytes
    }

    private static func output(_ text: [UInt8], line: Int) -> Output {
        do throws(JSONError) {
            let value = try JSONValue(parsing: text, limits: JSONLimits(bytes: lineLimit, depth: 8))
            return frame(value, line: line)
        } catch {
            return .problem(
                line: line,
                message: .init(
                    "no JSON at column \(error.column): \(error.message)",
                    zh: "第 \(error.column) 列不是 JSON：\(error.message)"))
        }
    }

    private static func frame(_ value: JSONValue, line: Int) -> Output {
        do throws(PacketJSONError) {
            let segment = try Packet(json: value).segment
            guard let frame = FrameEncoder.frame(segment: segment) else {
                throw PacketJSONError(
                    "the segment has \(segment.count) bytes, at most \(Frame.maximumSegmentLength) are allowed: "
                        + "split it by factors (PNUM, PNO)",
                    zh: "数据段为 \(segment.count) 字节，最多 \(Frame.maximumSegmentLength) 字节：请按因子分包（PNUM、PNO）")
            }
            return .frame(frame)
        } catch {
            return .problem(line: line, message: error.text)
        }
    }
}
