import HostSystem

extension SystemError {
    /// The failure, and where this user lacks a right: whose the file or directory is, and who may use it.
    var explained: String { isForbidden ? "\(self)\(Self.rights(before: subject))" : description }

    /// Who may use `path`, as sentences behind another one; nothing where that is not known.
    static func rights(before path: String) -> String {
        guard let barrier = Files.barrier(before: path) else { return "" }
        let place = barrier.path == path ? "it" : barrier.path
        return "\n\(place) belongs to \(barrier.text): run the command with sudo, or as user \(barrier.owner)"
    }
}

extension Files {
    /// Fails in words for the operator unless this user may read the journal of `directory`.
    static func requireJournal(in directory: String) throws(StartError) {
        let path = directory + "/journal.db"
        do {
            try requireReadable(path)
        } catch {
            guard !error.isMissingFile else {
                throw StartError(
                    description: "no journal in \(directory): the daemon has not run with this configuration")
            }
            throw StartError(description: error.explained)
        }
    }
}
