import Cipher
import JSON
import Protocol
import TelemetryStore

/// A digest as an audit event: `after`, `through`, and for each kind `COUNT FIRST LAST BEFORE HASH`.
enum DigestEvent {
    static let name = "digest"

    static func details(of digest: JournalDigest) -> [AuditEvent.Detail] {
        [
            .init("after", String(digest.after)), .init("through", String(digest.through)),
        ]
            + digest.lines.map { line in
                .init(line.kind, "\(line.count) \(line.first) \(line.last) \(line.before.hex) \(line.hash.hex)")
            }
    }

    /// What the record `body` says about chains; nothing when it is no digest.
    static func claims(in body: [UInt8]) -> [ChainClaim] {
        guard let event = (try? JSONValue(parsing: body))?["event"], event["name"] == .string(name),
            case .object(let members) = event
        else { return [] }
        return members.flatMap { member -> [ChainClaim] in
            guard case .string(let text) = member.value else { return [] }
            let words = text.split(separator: " ")
            guard words.count == 5, let first = Int64(words[1]), let last = Int64(words[2]), first <= last,
                let hash = SHA256Digest(hex: words[4])
            else { return [] }
            return [ChainClaim(kind: member.key, sequence: last, hash: hash)]
        }
    }
}
