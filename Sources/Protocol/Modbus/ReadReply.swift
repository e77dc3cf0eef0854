/// Why bytes that came back are not the numbers that were asked for.
package enum ReplyDefect: Error, Equatable, Sendable {
    /// The device refuses; the code is 1…255. Source: Modbus Application Protocol 1.1b3, 7.
    case exception(UInt8)
    /// The bytes answer something else or are cut.
    case mismatch(ReplyMismatch)
}

extension ReadRequest {
    /// Takes the numbers out of the answer `frame[functionData]`: the bytes from the function code to the end of the data.
    ///
    /// On return `words` holds exactly ``count`` entries: registers, or 0 and 1 for bits. Its storage is used again.
    /// Every byte is checked against the request, so that nothing but its own answer is taken.
    package func take(
        reply frame: [UInt8], functionData: Range<Int>, into words: inout [UInt16]
    ) throws(ReplyDefect) {
        guard functionData.lowerBound >= 0, functionData.upperBound <= frame.count, functionData.count >= 2 else {
            throw .mismatch(.tooShort)
        }
        let function = frame[functionData.lowerBound]
        let second = frame[functionData.lowerBound + 1]
        if function == table.functionCode | 0x80 {
            guard functionData.count == 2, second != 0 else { throw .mismatch(.malformedException) }
            throw .exception(second)
        }
        guard function == table.functionCode else { throw .mismatch(.function(function)) }
        guard Int(second) == replyByteCount, functionData.count == 2 + replyByteCount else {
            throw .mismatch(.dataBytes(functionData.count - 2, expected: replyByteCount))
        }
        let first = functionData.lowerBound + 2
        words.removeAll(keepingCapacity: true)
        if table.holdsBits {
            for index in 0..<count { words.append(UInt16(frame[first + index / 8] >> UInt8(index % 8) & 1)) }
        } else {
            for index in 0..<count {
                words.append(UInt16(frame[first + 2 * index]) << 8 | UInt16(frame[first + 2 * index + 1]))
            }
        }
    }
}
