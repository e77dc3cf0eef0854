import HostSystem
import Telemetry

extension SystemError {
    /// The failure, and where this user lacks a right: whose the file or directory is, and who may use it.
    var explained: BilingualText { isForbidden ? text + Self.rights(before: subject) : text }

    /// Who may use `path`, as sentences behind another one; nothing where that is not known.
    static func rights(before path: String) -> BilingualText {
        guard let barrier = Files.barrier(before: path) else { return BilingualText(verbatim: "") }
        let place = barrier.path == path ? "it" : barrier.path
        return BilingualText(
            "\n\(place) belongs to \(barrier.text.en): run the command with sudo, or as user \(barrier.owner)",
            zh: "\n\(barrier.path) 属于\(barrier.text.zh)：请用 sudo 运行此命令，或以用户 \(barrier.owner) 运行")
    }
}

extension Files {
    /// Fails in words for the operator unless this user may read the journal of `directory`. `missing`: what is said in their
    /// place where there is none.
    static func requireJournal(in directory: String, orElse missing: StartError? = nil) throws(StartError) {
        let path = directory + "/journal.db"
        do {
            try requireReadable(path)
        } catch {
            guard !error.isMissingFile else {
                throw missing
                    ?? StartError(
                        "no journal in \(directory): journal.db is missing, the daemon has not run with this configuration",
                        zh: "\(directory) 中没有日志库：缺少 journal.db，网关未用此配置运行过")
            }
            throw StartError(error.explained)
        }
    }
}
