import Foundation
import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite("Running a program", .timeLimit(.minutes(1)))
struct ProgramCallTests {
    private let directory = TemporaryDirectory()

    private func shell(
        _ script: String, environment: [String] = ["PATH=/usr/bin:/bin"], input: String = "",
        timeout: Duration = .seconds(20), stopping: StopFlag = StopFlag()
    ) -> ProgramEnding {
        ProgramCall(
            path: "/bin/sh", arguments: ["-c", script, "sh", directory.path], environment: environment,
            input: Array(input.utf8), timeout: timeout
        ).run(until: stopping)
    }

    private func text(_ name: String) -> String? { try? String(contentsOfFile: directory.file(name), encoding: .utf8) }

    @Test("it reads its input, has its environment and nothing of ours, and its exit code is told")
    func run() {
        let input = String(repeating: "0123456789", count: 100_000)
        let ending = shell(
            #"cat > "$1/input"; env > "$1/env"; exit 3"#, environment: ["PATH=/usr/bin:/bin", "RULE=L1 $HOME `x`"],
            input: input)
        #expect(ending == .exited(3) && !ending.isGood)
        #expect(text("input") == input)
        let lines = Set((text("env") ?? "").split(separator: "\n"))
        #expect(lines.contains("RULE=L1 $HOME `x`"))
        #expect(!lines.contains { $0.hasPrefix("HOME=") || $0.hasPrefix("USER=") })
    }

    @Test("a program that reads nothing does no harm")
    func unread() { #expect(shell("exit 0", input: String(repeating: "x", count: 1 << 20)) == .exited(0)) }

    @Test("it has no descriptor of ours, no signal blocked, and a process group of its own")
    func inheritance() throws {
        let open = Glibc.open("/dev/null", O_RDONLY)
        defer { close(open) }
        var blocked = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
        defer { pthread_sigmask(SIG_UNBLOCK, &blocked, nil) }
        // The mask is looked at by what takes the shell's place, as shells block signals for a moment themselves.
        let script =
            #"ls /proc/$$/fd > "$1/fds"; cut -d' ' -f5 /proc/$$/stat > "$1/group"; echo $$ > "$1/id"; "#
            + #"exec grep -E 'SigBlk|SigIgn' /proc/self/status > "$1/mask""#
        #expect(shell(script) == .exited(0))
        let descriptors = (text("fds") ?? "").split(separator: "\n").compactMap { Int32($0) }
        // The shell may hold one of its own above ours.
        #expect(Set(descriptors).isSuperset(of: [0, 1, 2]) && !descriptors.contains(open), "\(descriptors)")
        let masks = (text("mask") ?? "").split(separator: "\n").map { line in
            line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        }
        // The C library keeps signals 32 and 33 for itself: nobody can set them, and whoever started us may ignore them.
        let ownOfLibrary: UInt64 = 0b11 << 31
        #expect(masks.map { $0.map { $0 & ~ownOfLibrary } } == [0, 0])
        #expect(text("group") == text("id"))
    }

    @Test("one that hangs is killed with what it started, and leaves no zombie")
    func hanging() throws {
        let script = #"sleep 1000 & echo $! > "$1/child"; echo $$ > "$1/id"; trap '' TERM; wait"#
        let ending = shell(script, timeout: .milliseconds(500))
        #expect(ending == .timedOut(after: .milliseconds(500)))
        let id = try #require(Int32((text("id") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)))
        let child = try #require(Int32((text("child") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(id, 0) == -1)
        // The grandchild has another parent now, which may take a moment to notice.
        #expect(eventually { isGone(child) })
    }

    @Test("one that runs while the gateway stops is killed at once")
    func stopping() {
        let flag = StopFlag()
        flag.set()
        #expect(shell("sleep 1000", stopping: flag) == .stopped)
    }

    @Test("one that does not exist, or may not be run, is told in words")
    func missing() throws {
        func ending(_ path: String) -> ProgramEnding {
            ProgramCall(path: path, arguments: [], environment: [], input: [], timeout: .seconds(5))
                .run(until: StopFlag())
        }
        #expect(ending("/nowhere/at/all").description == "not started: No such file or directory")
        let file = try directory.write("text", to: "text")
        #expect(ending(file).description == "not started: Permission denied")
    }

    @Test("an end by a signal is told")
    func signalled() { #expect(shell("kill -9 $$") == .signalled(9)) }

    private func isGone(_ id: Int32) -> Bool {
        guard kill(id, 0) == 0 else { return true }
        let status = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
        return status.split(separator: ")").last?.split(separator: " ").first == "Z"
    }
}
