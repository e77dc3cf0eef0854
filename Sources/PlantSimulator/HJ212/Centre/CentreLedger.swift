import Synchronization

/// What a simulated centre received, all connections together. A frame that came before counts as a double.
package final class CentreLedger: Sendable {
    /// What one field machine sent.
    package struct Tally: Equatable, Sendable {
        /// Distinct data frames.
        package var records = 0
        package var doubles = 0
        /// Of the records, those that were encrypted, and those marked as backfill.
        package var encrypted = 0
        package var backfilled = 0
        /// Distinct data frames by command.
        package var commands: [String: Int] = [:]
        /// Requests to it that were carried out, and those that were refused, failed or not answered.
        package var executed = 0
        package var failed = 0
    }

    private struct State {
        var tallies: [String: Tally] = [:]
        var seen: [String: Set<String>] = [:]
    }

    /// Frames of one field machine that are remembered; after so many it begins anew.
    private static let memory = 200_000
    /// Field machines that are told apart.
    private static let machines = 10_000

    private let state = Mutex(State())

    package init() {}

    /// By MN.
    package var tallies: [String: Tally] { state.withLock { $0.tallies } }

    /// Counts a data frame; false when it came before.
    func record(_ frame: IncomingFrame, mn: String) -> Bool {
        state.withLock { state in
            guard state.tallies[mn] != nil || state.tallies.count < Self.machines else { return true }
            var tally = state.tallies[mn] ?? Tally()
            defer { state.tallies[mn] = tally }
            if state.seen[mn, default: []].count >= Self.memory { state.seen[mn] = [] }
            guard state.seen[mn, default: []].insert(Self.identity(of: frame)).inserted else {
                tally.doubles += 1
                return false
            }
            tally.records += 1
            tally.commands[frame.command, default: 0] += 1
            if frame.isEncrypted { tally.encrypted += 1 }
            if frame["RF"] == "1" { tally.backfilled += 1 }
            return true
        }
    }

    func note(executed: Bool, mn: String) {
        state.withLock { state in
            var tally = state.tallies[mn] ?? Tally()
            if executed { tally.executed += 1 } else { tally.failed += 1 }
            state.tallies[mn] = tally
        }
    }

    /// The QN, or what takes its place in frames without one.
    private static func identity(of frame: IncomingFrame) -> String {
        if let qn = frame["QN"], !qn.isEmpty { return qn }
        return [frame.command, frame.value("DataTime") ?? "", frame["PNO"] ?? ""].joined(separator: "/")
    }

    package var summary: [String] {
        tallies.sorted { $0.key < $1.key }.map { mn, tally in
            let commands = tally.commands.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return "field machine \(mn): \(tally.records) records (\(commands.joined(separator: ", "))), "
                + "\(tally.doubles) doubles, \(tally.encrypted) encrypted, \(tally.backfilled) backfilled; "
                + "\(tally.executed) requests carried out, \(tally.failed) not"
        }
    }
}
