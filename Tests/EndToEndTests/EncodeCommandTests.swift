import Foundation
import TestSupport
import Testing

@Suite struct EncodeCommandTests {
    private static let good =
        "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"

    @Test("what decode prints, encode turns into the same bytes")
    func roundTrip() throws {
        let directory = TemporaryDirectory()
        let bytes = Self.good + Self.good
        let decoded = try Program.run(["decode", try directory.write(bytes, to: "frames")])
        let lines = try directory.write(decoded.output, to: "lines")
        let encoded = try Program.run(["encode", lines])
        #expect(encoded.code == 0)
        #expect(encoded.output == bytes)
        let checked = try Program.run(["encode", "--check", lines])
        #expect(checked.code == 0)
        #expect(checked.output.isEmpty)
    }

    @Test("a wrong line is named, the others are written, the exit code says so")
    func problems() throws {
        let directory = TemporaryDirectory()
        let good = #"{"fields":{"ST":"32","CN":"9014"},"cp":[]}"#
        let file = try directory.write(good + "\n{\"cp\":[]}\nx\n" + good, to: "lines")
        let result = try Program.run(["encode", file])
        #expect(result.code == 1)
        #expect(result.output.split(separator: "\r\n").count == 2)
        #expect(result.errors.contains("lines:2: fields is missing"))
        #expect(result.errors.contains("lines:3: no JSON at column 1"))
        let missing = try Program.run(["encode", directory.file("none")])
        #expect(missing.code == 1)
        #expect(missing.errors.contains("No such file"))
    }
}
