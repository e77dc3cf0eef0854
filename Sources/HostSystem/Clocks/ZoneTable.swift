package import Telemetry

extension ZoneRules {
    /// A zone that is not in the system's data, or data that cannot be read.
    package struct Unknown: Error, Equatable, CustomStringConvertible {
        package let name: String
        package let reason: String

        package var description: String { "time zone \(name): \(reason)" }
    }

    /// The rules of an IANA zone such as `Asia/Shanghai`, from the system's zone data.
    ///
    /// China Standard Time is known without any data, as +8 h.
    package static func named(_ name: String) throws(Unknown) -> ZoneRules {
        let isPlain = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/_+-".utf8.contains(byte)
        }
        guard isPlain, !name.hasPrefix("/"), !name.isEmpty else {
            throw Unknown(name: name, reason: "not a zone name; write it like Asia/Shanghai")
        }
        do {
            let bytes = try Files.read("/usr/share/zoneinfo/" + name, limit: 1_000_000)
            guard let rules = ZoneFile(bytes)?.rules else {
                throw Unknown(name: name, reason: "the system's zone file cannot be read")
            }
            return rules
        } catch let error as Unknown {
            throw error
        } catch {
            if name == "Asia/Shanghai" { return .china }
            throw Unknown(name: name, reason: "not known to this system; is the package tzdata installed?")
        }
    }
}
