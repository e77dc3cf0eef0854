import HostSystem

/// Reads a password for a command, which stands in a file of its own and nowhere else.
enum SecretFile {
    /// The first line, without its end.
    static func firstLine(of path: String) throws -> [UInt8] {
        do {
            return Array(try Files.read(path, limit: 4_096).prefix { $0 != 0x0A && $0 != 0x0D })
        } catch {
            throw StartError(description: "password file: \(error)")
        }
    }
}
