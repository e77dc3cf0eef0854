import Telemetry

extension BilingualText {
    /// A hint that lists what may be written.
    static func oneOf(_ names: some Sequence<String>) -> BilingualText {
        let list = names.joined(separator: " ")
        return BilingualText("one of \(list)", zh: "可用：\(list)")
    }

    func map(_ change: (String) -> String) -> BilingualText { BilingualText(change(en), zh: change(zh)) }
}
