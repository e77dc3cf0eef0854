import Foundation
import Glibc
import HostSystem
import TestSupport
import Testing

/// Texts that people wrote, with the mark that editors under Windows put in front.
@Suite struct TextInputTests {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    @Test(
        "a byte order mark is no part of a text, and nothing else is left out, however it comes in pieces",
        arguments: [
            ([[0xEF, 0xBB, 0xBF, 0x61], [0xEF, 0xBB, 0xBF]], [0x61, 0xEF, 0xBB, 0xBF]),
            ([[0xEF], [0xBB], [0xBF], [0x61, 0x62]], [0x61, 0x62]), ([[0xEF, 0xBB, 0xBF]], []),
            ([[0xEF, 0xBB]], [0xEF, 0xBB]),
            ([[0xEF, 0x61]], [0xEF, 0x61]), ([[0x61]], [0x61]), ([], []),
        ] as [([[UInt8]], [UInt8])])
    func pieces(pieces: [[UInt8]], text: [UInt8]) throws {
        let pipe = Pipe()
        // One piece at a time, so that each is read by itself.
        let writing = Thread {
            for piece in pieces {
                try? pipe.fileHandleForWriting.write(contentsOf: piece)
                usleep(20_000)
            }
            try? pipe.fileHandleForWriting.close()
        }
        writing.start()
        var input = TextInput(pipe.fileHandleForReading.fileDescriptor, name: "pipe")
        var read: [UInt8] = []
        while true {
            let block = try input.next(limit: 16)
            if block.isEmpty { break }
            read += block
        }
        #expect(read == text)
    }

    @Test("a small file is read without the mark")
    func file() throws {
        let directory = TemporaryDirectory()
        try directory.write("\u{FEFF}key\r\n", to: "marked")
        #expect(try Files.readText(directory.file("marked"), limit: 64) == Array("key\r\n".utf8))
        #expect(try Files.read(directory.file("marked"), limit: 64).starts(with: Self.mark))
    }
}
