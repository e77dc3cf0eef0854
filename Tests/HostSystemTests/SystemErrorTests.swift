import Foundation
import Glibc
import Telemetry
import Testing

@testable import HostSystem

@Suite struct SystemErrorTests {
    @Test("a failed call is said in both languages, with what it was tried on and the system's reason")
    func words() {
        let error = SystemError("open", "/etc/x.yaml", code: ENOENT)
        #expect(error.description == "open /etc/x.yaml: No such file or directory")
        #expect(error.text.zh == "打开 /etc/x.yaml：没有那个文件或目录")
        #expect(SystemError("accept a connection", code: EMFILE).text.zh == "接受连接：打开的文件过多")
    }

    @Test("every operation that is tried somewhere in the sources has Chinese words")
    func operations() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var found: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: #/SystemError\(\s*"([^"]*)"/#) { found.insert(String(match.1)) }
        }
        #expect(found.count > 20)
        #expect(found.subtracting(SystemError.chinese.keys) == [])
        #expect(Set(SystemError.chinese.keys).subtracting(found) == [], "words that nobody says any more")
    }
}
