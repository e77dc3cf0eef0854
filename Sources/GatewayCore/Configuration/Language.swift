/// The language of messages for operators.
package enum Language: String, CaseIterable, Sendable {
    case en, zh
}
