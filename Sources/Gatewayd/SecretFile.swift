import HostSystem
import Protocol
import Telemetry

/// Reads a password for a command, which stands in a file of its own and nowhere else.
enum SecretFile {
    /// The first line, without its end.
    static func firstLine(of path: String) throws -> [UInt8] {
        do {
            return Array(try Files.readText(path, limit: 4_096).prefix { $0 != 0x0A && $0 != 0x0D })
        } catch {
            throw StartError(BilingualText("password file: ", zh: "密码文件：") + BilingualText(error))
        }
    }
}

/// Reads the SM4 keys of HJ 212 devices.
enum KeyFile {
    static func read(_ path: String) throws -> KeyRing {
        let bytes: [UInt8]
        do {
            bytes = try Files.readText(path, limit: 65_536)
        } catch {
            throw StartError(BilingualText("key file: ", zh: "密钥文件：") + BilingualText(error))
        }
        do {
            return try KeyRing(file: bytes)
        } catch {
            throw StartError(BilingualText("key file \(path): ", zh: "密钥文件 \(path)：") + BilingualText(error))
        }
    }
}
