import Foundation
import HostSystem
import TestSupport
import Testing

/// Texts that people wrote, with the mark that editors under Windows put in front.
@Suite struct TextInputTests {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    @Test(
        "a byte order mark is no part of a text, and nothing else is left out, in whatever pieces it is read",
        arguments: [
            ([0xEF, 0xBB, 0xBF, 0x61, 0xEF, 0xBB, 0xBF], [0x61, 0xEF, 0xBB, 0xBF]),
            ([0xEF, 0xBB, 0xBF, 0x61, 0x62], [0x61, 0x62]), ([0xEF, 0xBB, 0xBF], []), ([0xEF, 0xBB], [0xEF, 0xBB]),
            ([0xEF, 0x61], [0xEF, 0x61]), ([0x61], [0x61]), ([], []),
        ] as [([UInt8], [UInt8])], [1, 2, 3, 4, 16])
    func pieces(sent: (bytes: [UInt8], text: [UInt8]), limit: Int) throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: sent.bytes)
        try pipe.fileHandleForWriting.close()
        var input = TextInput(pipe.fileHandleForReading.fileDescriptor, name: "pipe")
        var read: [UInt8] = []
        while true {
            let block = try input.next(limit: limit)
            if block.isEmpty { break }
            read += block
        }
        #expect(read == sent.text)
    }

    @Test("a small file is read without the mark")
    func file() throws {
        let directory = TemporaryDirectory()
        try directory.write("\u{FEFF}key\r\n", to: "marked")
        #expect(try Files.readText(directory.file("marked"), limit: 64) == Array("key\r\n".utf8))
        #expect(try Files.read(directory.file("marked"), limit: 64).starts(with: Self.mark))
    }
}
