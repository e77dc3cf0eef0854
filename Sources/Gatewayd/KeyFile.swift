import HostSystem
import Protocol

/// Reads the SM4 keys of HJ 212 devices.
enum KeyFile {
    static func read(_ path: String) throws -> KeyRing {
        let bytes = try Files.read(path, limit: 65_536)
        do {
            return try KeyRing(file: bytes)
        } catch {
            throw StartError(description: "key file \(path): \(error)")
        }
    }
}
