import Telemetry

/// A part that cannot be started, or a command that cannot do its work, in words for the operator.
struct StartError: BilingualError {
    let text: BilingualText

    init(_ en: String, zh: String) { text = BilingualText(en, zh: zh) }

    init(_ text: BilingualText) { self.text = text }

    /// What somebody else said: the daemon in its reply, a library.
    init(description: String) { text = BilingualText(verbatim: description) }
}

extension StartError {
    /// The outlet `id` is none of the configuration's.
    init(noOutlet id: String, known: [String]) {
        let near = nearestName(to: id, among: known)
        self.init(
            "no outlet '\(id)' (\(near.map { "did you mean \($0)?" } ?? "there are \(known.joined(separator: ", "))"))",
            zh: "没有排口“\(id)”（\(near.map { "是不是 \($0)？" } ?? "已配置：\(known.joined(separator: "、"))")）")
    }
}
