import GatewayCore
import HostSystem
import Telemetry

/// What the files that a configuration names hold, so far that a change is seen and no secret is kept, and what is wrong with them.
struct NamedFileDigests: Sendable {
    /// By path; of one that cannot be read now, of what was read of it before.
    private var digests: [String: String] = [:]
    private(set) var faults: [NamedFileFault] = []
    private var readable: Set<String> = []

    /// Reads them. `earlier`: what was read before.
    init(of configuration: GatewayConfiguration, after earlier: NamedFileDigests? = nil) {
        digests = earlier?.digests ?? [:]
        for files in configuration.uplinks.map(\.files) + configuration.instruments.map(\.files) {
            digests.merge(files.digests) { $1 }
            readable.formUnion(files.digests.keys)
            faults += files.faults
        }
    }

    /// What keeps parts down.
    var obstacles: [NamedFileFault] { faults.filter(\.isObstacle) }

    /// The files of `configuration` that hold something else than they did in `earlier`. One that cannot be read is not among them.
    func changed(since earlier: NamedFileDigests, in configuration: GatewayConfiguration) -> [NamedFile] {
        configuration.namedFiles.filter { file in
            guard readable.contains(file.path), let before = earlier.digests[file.path] else { return false }
            return before != digests[file.path]
        }
    }
}
