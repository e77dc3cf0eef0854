/// A file that the configuration names and that is read beside it: a secret or a certificate.
package struct NamedFile: Equatable, Sendable {
    /// The part that reads it, and that stays down without it.
    package enum Owner: Hashable, Sendable {
        case uplink(String)
        case instrument(String)

        package var id: String {
            switch self {
            case .uplink(let id), .instrument(let id): id
            }
        }
    }

    /// What it is to hold.
    package enum Content: Hashable, Sendable {
        case password
        /// SM4 keys of HJ 212 devices.
        case deviceKeys
        /// Who may have signed the broker's certificate.
        case authority
        case certificate
        case privateKey
    }

    package var owner: Owner
    package var content: Content
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
    package var namedFiles: [NamedFile] {
        let files: [(MQTTKey, NamedFile.Content, String?)] = [
            (.passwordFile, .password, mqtt.passwordFile), (.caFile, .authority, mqtt.caFile),
            (.certificateFile, .certificate, mqtt.certificateFile), (.keyFile, .privateKey, mqtt.keyFile),
        ]
        return files.compactMap { key, content, path in
            path.map {
                NamedFile(
                    owner: .uplink(id), content: content, setting: "uplinks[\(id)].mqtt.\(key.rawValue)", path: $0)
            }
        }
    }
}

extension InstrumentConfiguration {
    package var namedFiles: [NamedFile] {
        let files: [(InstrumentKey, NamedFile.Content, String?)] = [
            (.passwordFile, .password, passwordFile), (.keyFile, .deviceKeys, keyFile),
        ]
        return files.compactMap { key, content, path in
            path.map {
                NamedFile(
                    owner: .instrument(id), content: content, setting: "instruments[\(id)].\(key.rawValue)", path: $0)
            }
        }
    }
}
