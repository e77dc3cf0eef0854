import Foundation
import TestSupport

/// A disk and a clock that misbehave for a program started with its environment, while the test says so.
final class FaultLayer {
    private let directory = TemporaryDirectory()
    private let control: FileHandle

    /// Built from source once a run, by the compiler that builds the tests.
    private static let library: Result<String, any Error> = Result {
        let path = Program.path + "-fault-layer.so"
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers/fault_layer.c"
        let compiler = try ChildProcess("clang", ["-shared", "-fPIC", "-O1", "-o", path, source])
        guard compiler.wait() == 0 else { throw FaultLayerError(text: compiler.errors) }
        return path
    }

    init() throws {
        let file = try directory.write("", to: "control")
        control = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        environment = ["LD_PRELOAD": try Self.library.get(), "FAULT_LAYER": file]
        for place in 0..<3 { set(place, 0) }
    }

    let environment: [String: String]

    /// Every write and sync of the journal's files fails with `code`; 0: all is well again.
    func failDisk(_ code: Int32) { set(0, Int64(code)) }

    /// Every sync of the journal's files takes so long.
    func slowDisk(milliseconds: Int) { set(0, -Int64(milliseconds)) }

    /// The wall clock is off by so much from now on.
    func setClock(off seconds: Int) { set(1, Int64(seconds) * 1_000_000_000) }

    /// Whether a time service keeps the clock right.
    func setTimeService(works: Bool) { set(2, works ? 1 : 2) }

    private func set(_ place: Int, _ value: Int64) {
        var value = value
        withUnsafeBytes(of: &value) { bytes in
            control.seek(toFileOffset: UInt64(place * 8))
            control.write(Data(bytes))
        }
    }
}

private struct FaultLayerError: Error { let text: String }
