/// A file that the configuration names and that is read beside it: a secret or a certificate.
package struct NamedFile: Equatable, Sendable {
    /// The setting that names it, such as `uplinks[province].mqtt.password_file`.
    package var setting: String
    /// Absolute.
    package var path: String
}

extension GatewayConfiguration {
    /// Every file that the running parts read for themselves; profiles are part of the configuration.
    package var namedFiles: [NamedFile] { uplinks.flatMap(\.namedFiles) + instruments.flatMap(\.namedFiles) }
}

extension UplinkConfiguration {
    var namedFiles: [NamedFile] {
        let files: [(MQTTKey, String?)] = [
            (.passwordFile, mqtt.passwordFile), (.caFile, mqtt.caFile), (.certificateFile, mqtt.certificateFile),
            (.keyFile, mqtt.keyFile),
        ]
        return files.compactMap { key, path in
            path.map { NamedFile(setting: "uplinks[\(id)].mqtt.\(key.rawValue)", path: $0) }
        }
    }
}

extension InstrumentConfiguration {
    var namedFiles: [NamedFile] {
        let files: [(InstrumentKey, String?)] = [(.passwordFile, passwordFile), (.keyFile, keyFile)]
        return files.compactMap { key, path in
            path.map { NamedFile(setting: "instruments[\(id)].\(key.rawValue)", path: $0) }
        }
    }
}
