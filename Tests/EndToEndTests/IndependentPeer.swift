import Foundation
import TestSupport

/// Peers/hj212_peer.py, which shares no code and no table with the gateway; with `GATEWAYD_TEST_PYTHON` or else `python3`.
struct IndependentPeer {
    /// Something that happened to it.
    struct Event: Decodable {
        let event: String
        let qn: String?
        let cn: String?
        let body: String?
        let again: Bool?
        let encrypted: Bool?
        let uploads: Int?
    }

    private static let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"

    /// Whether it can encrypt.
    static let knowsSM4: Bool = {
        let child = try? ChildProcess(python, ["-c", "import gmssl"])
        return child?.wait() == 0
    }()

    private let process: ChildProcess

    /// Starts it and waits until it is connected, or can be connected to.
    init(_ arguments: [String]) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers/hj212_peer.py"
        let process = try ChildProcess(Self.python, [script] + arguments)
        let isReady = eventually { process.output.contains("ready") || !process.isRunning }
        guard isReady, process.output.contains("ready") else { throw PeerError(text: process.errors) }
        self.process = process
    }

    struct PeerError: Error { let text: String }

    var events: [Event] {
        process.output.split(separator: "\n").compactMap { try? JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    }

    func events(_ name: String) -> [Event] { events.filter { $0.event == name } }

    var isRunning: Bool { process.isRunning }

    /// For the comment of an expectation.
    var report: String { process.output + process.errors }
}
