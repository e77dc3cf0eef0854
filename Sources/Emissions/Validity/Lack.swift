import Telemetry

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

extension Lack {
    func write(to line: inout StateLine) {
        line.add(self == .impossible(code))
        line.add(word: code)
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        let isImpossible = try line.bool()
        guard let code = try line.word() else { throw StateLine.Unreadable() }
        self = isImpossible ? .impossible(code) : .missing(code)
    }
}
