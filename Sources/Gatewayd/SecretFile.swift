import HostSystem
import Protocol

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

/// Reads the SM4 keys of HJ 212 devices for a command.
enum KeyFile {
    static func read(_ path: String) throws -> KeyRing {
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path, limit: 65_536)
        } catch {
            throw StartError(description: "key file: \(error)")
        }
        do {
            return try KeyRing(file: bytes)
        } catch {
            throw StartError(description: "key file \(path): \(error)")
        }
    }
}
