import GatewayCore
import HostSystem
import Telemetry

/// What the files that a configuration names hold, so far that a change is seen and no secret is kept, and what is wrong with them.
struct NamedFileDigests: Sendable {
    /// By path; of one that cannot be read now, of what was read of it before.
    private var digests: [String: String] = [:]
    private(set) var faults: [NamedFileFault] = []
    private var readable: Set<String> = []
    /// Faults that keep nothing down, as they were when the part that reads the file was started: it works in spite of them.
    private var begunWith: [NamedFileFault] = []

    /// Reads them. `earlier`: what was read before.
    init(of configuration: GatewayConfiguration, after earlier: NamedFileDigests? = nil) {
        digests = earlier?.digests ?? [:]
        for files in configuration.uplinks.map(\.files) + configuration.instruments.map(\.files) {
            digests.merge(files.digests) { $1 }
            readable.formUnion(files.digests.keys)
            faults += files.faults
        }
        begunWith = faults.filter { !$0.isObstacle }
    }

    /// What would take working parts down that are started anew: files that are no good, and files of which nobody knows but
    /// which were better in `earlier`.
    func obstacles(since earlier: NamedFileDigests) -> [NamedFileFault] {
        faults.filter { $0.isObstacle || !earlier.begunWith.contains($0) }
    }

    /// Remembers of parts that go on what they were started with. `goesOn`: whether a part does.
    mutating func keepBeginnings(of earlier: NamedFileDigests, where goesOn: (NamedFile.Owner) -> Bool) {
        begunWith.removeAll { goesOn($0.file.owner) }
        begunWith += earlier.begunWith.filter { goesOn($0.file.owner) }
    }

    /// The files of `configuration` that hold something else than they did in `earlier`. One that cannot be read is not among them.
    func changed(since earlier: NamedFileDigests, in configuration: GatewayConfiguration) -> [NamedFile] {
        configuration.namedFiles.filter { file in
            guard readable.contains(file.path), let before = earlier.digests[file.path] else { return false }
            return before != digests[file.path]
        }
    }
}
