import GatewayCore
import HostSystem

/// A configuration on disk, with the profiles it names.
enum ConfigurationFile {
    private static let largest = 4 * 1_024 * 1_024

    /// Reads and checks the file. The failure is about reading it, problems are in the result.
    static func load(_ path: String) -> Result<ConfigurationResult, SystemError> {
        do {
            let text = try Files.read(path, limit: largest)
            let absolute = Files.absolute(path, in: Files.currentDirectory)
            let directory = absolute.lastIndex(of: "/").map { String(absolute[..<$0]) } ?? "/"
            return .success(
                ConfigurationReader.read(file: path, text: text, directory: directory) { profile in
                    (try? Files.read(profile, limit: largest)).map { ProfileSource(file: profile, text: $0) }
                })
        } catch {
            return .failure(error)
        }
    }

    /// The bytes that the configuration's fingerprint is made of.
    static func bytes(_ path: String) -> [UInt8] { (try? Files.read(path, limit: largest)) ?? [] }
}
