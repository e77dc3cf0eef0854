/// What a factor lacks that it needs: another factor, by its code, that cannot be used.
package enum Lack: Error, Hashable, Sendable {
    /// It is not known, or too little of it.
    case missing(String)
    /// Its number is none that it can have.
    case impossible(String)

    var code: String {
        switch self {
        case .missing(let code), .impossible(let code): code
        }
    }

    /// In words, as records have it.
    var reason: String {
        switch self {
        case .missing(let code): "no valid \(code)"
        case .impossible(let code): "impossible \(code)"
        }
    }
}
