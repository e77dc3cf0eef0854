import GatewayCore
import HostSystem

/// What the files that a configuration names hold, so far that a change is seen and no secret is kept.
struct NamedFileDigests: Sendable {
    private static let largest = 1 << 20

    /// By path.
    private var digests: [String: String] = [:]
    /// Those that cannot be read, in words.
    private(set) var failures: [String] = []

    /// Reads them.
    init(of configuration: GatewayConfiguration) {
        for file in configuration.namedFiles where digests[file.path] == nil {
            do {
                digests[file.path] = Fingerprint.sha256(try Files.read(file.path, limit: Self.largest))
            } catch {
                failures.append("\(file.setting): \(error)")
            }
        }
    }

    /// The files of `configuration` that hold something else than they did in `earlier`.
    func changed(since earlier: NamedFileDigests, in configuration: GatewayConfiguration) -> [NamedFile] {
        configuration.namedFiles.filter { file in
            earlier.digests[file.path].map { $0 != digests[file.path] } ?? false
        }
    }
}
