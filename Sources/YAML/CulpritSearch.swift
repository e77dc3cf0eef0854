import Telemetry

/// Finds the character that makes a text unreadable, which libyaml notices only on the next line or at the end.
///
/// A suspect is guilty when the text can be read further with what it looks like in its place. So nobody is blamed for a
/// full-width mark in a name, and of several mistakes each is found.
struct CulpritSearch {
    private let source: SourceText
    private let limits: YAMLLimits
    /// What stands in place of the characters found guilty so far.
    private var replacements: [Int: String] = [:]
    /// Characters that may still be read in trials, so that neither a large text nor many mistakes can keep us.
    private var budget = 5_000_000
    /// What a trial costs at least, in characters.
    private static let leastCost = 50_000

    private static let mostFound = 32
    private static let mostSuspects = 12

    private struct Suspect {
        let index: Int
        let problem: YAMLError
        /// What may have been meant, the likeliest first.
        let meanings: [String]
        /// Blanks stand in runs: how many characters share the fate.
        var length = 1
        /// Whether it ends a word at the start of a line, as the colon of a key does.
        var isKey = false
    }

    init(in source: SourceText, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
    }

    /// The mistakes behind `error`, which reading the text gave; `error` itself where no suspect is guilty.
    mutating func explained(_ error: YAMLError) -> YAMLError {
        var found: [YAMLError] = []
        var place = source.index(of: error.position)
        while found.count < Self.mostFound, let guilty = culprit(behind: place) ?? culprits(behind: place) {
            found += guilty.problems
            guard let next = guilty.next else { break }
            place = next
        }
        found.sort { $0.position < $1.position }
        guard var first = found.first else { return tab(indenting: error) ?? error }
        first.others = Array(found.dropFirst())
        return first
    }

    /// The suspect that is to blame for the error at `place`, and where the next error is without it.
    private mutating func culprit(behind place: Int) -> (problems: [YAMLError], next: Int?)? {
        for suspect in suspects(around: place) {
            for meaning in suspect.meanings {
                budget -= cost
                guard budget >= 0 else { return nil }
                var trial = replacements
                for index in suspect.index..<suspect.index + suspect.length { trial[index] = meaning }
                let next = placeOfError(with: trial)
                guard next.map({ $0 > place }) ?? true else { continue }
                replacements = trial
                return ([suspect.problem], next)
            }
        }
        return nil
    }

    /// The keys without a colon that only together are to blame: YAML takes several such lines for one text.
    private mutating func culprits(behind place: Int) -> (problems: [YAMLError], next: Int?)? {
        let keys = suspects(around: place).filter { $0.isKey && $0.index <= place }
        budget -= cost * (keys.count + 1)
        guard keys.count > 1, budget >= 0 else { return nil }
        var trial = replacements
        for key in keys { trial[key.index] = ": " }
        let next = placeOfError(with: trial)
        guard next.map({ $0 > place }) ?? true else { return nil }
        let guilty = keys.filter { key in
            var without = trial
            without[key.index] = nil
            guard let earlier = placeOfError(with: without) else { return false }
            return next.map { earlier < $0 } ?? true
        }
        guard !guilty.isEmpty else { return nil }
        for key in guilty { replacements[key.index] = ": " }
        return (guilty.map(\.problem), placeOfError(with: replacements))
    }

    /// A tab in front of the place of `error`, which no other character explains.
    private func tab(indenting error: YAMLError) -> YAMLError? {
        let start = source.index(of: YAMLPosition(line: error.position.line, column: 1))
        let indentation = source.scalars[start...].prefix { $0 == " " || $0 == "\t" }
        guard let tab = indentation.firstIndex(of: "\t") else { return nil }
        return YAMLError(
            at: source.position(of: tab), .init("a tab cannot indent", zh: "缩进不能用 Tab"),
            hint: .init("use spaces", zh: "用空格"))
    }

    /// Where the text cannot be read with `replacements`, as a place of the text itself; nil when it can.
    private func placeOfError(with replacements: [Int: String]) -> Int? {
        let bytes = source.bytes(replacing: replacements)
        do {
            let text = try SourceText(bytes)
            do {
                _ = try YAMLDocument(text, bytes, limits: limits)
                return nil
            } catch {
                var place = text.index(of: error.position)
                for (index, meaning) in replacements.sorted(by: { $0.key < $1.key }) where index < place {
                    place = max(index, place - meaning.unicodeScalars.count + 1)
                }
                return place
            }
        } catch {
            return 0
        }
    }

    private var cost: Int { max(source.scalars.count, Self.leastCost) }

    // MARK: Suspects

    /// The nearest ones before `place`, then the nearest behind it, as an open quote is noticed where it begins.
    private func suspects(around place: Int) -> [Suspect] {
        let colons = tightColons(before: place)
        let known = Set(colons.map(\.index))
        let marks = source.lookAlikes.filter { !known.contains($0.index) && replacements[$0.index] == nil }
            .filter { !continuesRun($0) }
        let before = marks.last(Self.mostSuspects) { $0.index <= place }.map(suspect)
        let behind = marks.first(Self.mostSuspects) { $0.index > place }.map(suspect)
        return (before + colons + missingMarks(before: place)).sorted { $0.index > $1.index } + behind
    }

    /// Whether `mark` is a blank behind another of its kind.
    private func continuesRun(_ mark: LookAlike) -> Bool {
        mark.isBlank && mark.index > 0 && source.scalars[mark.index - 1] == mark.character
    }

    private func suspect(_ mark: LookAlike) -> Suspect {
        let meanings: [String]
        switch mark.kind.meant {
        case ":": meanings = [": ", ":"]
        // In the indentation a full-width blank takes the room of two.
        case " " where mark.character == "\u{3000}": meanings = ["  ", " "]
        case "-": meanings = ["- ", "-"]
        case ",": meanings = [", "]
        case ";": meanings = [": ", ", "]
        case "(": meanings = ["{", "["]
        case ")": meanings = ["}", "]"]
        default: meanings = [mark.kind.meant]
        }
        var suspect = Suspect(
            index: mark.index, problem: YAMLError(at: mark.position, mark.words, hint: mark.adviceInStructure),
            meanings: meanings)
        suspect.isKey = mark.kind.meant == ":" && isKeyColon(mark.index)
        if mark.isBlank { suspect.length = source.scalars[mark.index...].prefix { $0 == mark.character }.count }
        return suspect
    }

    /// The last lines up to `place` that begin with a key and a colon without a blank, as `unit:7`.
    private func tightColons(before place: Int) -> [Suspect] {
        let last = source.position(of: place).line
        return (max(1, last - Self.mostSuspects)...last).compactMap { line in
            let start = source.index(of: YAMLPosition(line: line, column: 1))
            guard let colon = source.colonWithoutBlank(inLineAt: start), source.scalars[colon] == ":",
                replacements[colon] == nil, colon <= place
            else { return nil }
            return Suspect(
                index: colon,
                problem: YAMLError(
                    at: source.position(of: colon), .init("no blank behind ':'", zh: "冒号 ':' 后面缺少空格"),
                    hint: .init("write `key: value`", zh: "写成 `key: value`")),
                meanings: [": "], isKey: true)
        }
    }

    /// The last lines up to `place` that lack a mark, as `-id: b` and `name so2`.
    private func missingMarks(before place: Int) -> [Suspect] {
        let last = source.position(of: place).line
        return (max(1, last - Self.mostSuspects)...last).compactMap { line in
            guard let mark = source.missingMark(inLine: line), replacements[mark.index] == nil, mark.index <= place
            else { return nil }
            return Suspect(index: mark.index, problem: mark.problem, meanings: [mark.meaning])
        }
    }

    private func isKeyColon(_ index: Int) -> Bool {
        let start = source.index(of: YAMLPosition(line: source.position(of: index).line, column: 1))
        return source.colonWithoutBlank(inLineAt: start) == index
    }
}

extension Array {
    /// The last `count` elements of the leading ones that satisfy `isWanted`.
    fileprivate func last(_ count: Int, where isWanted: (Element) -> Bool) -> ArraySlice<Element> {
        prefix(while: isWanted).suffix(count)
    }

    /// The first `count` elements behind those that do not satisfy `isWanted`.
    fileprivate func first(_ count: Int, where isWanted: (Element) -> Bool) -> ArraySlice<Element> {
        drop { !isWanted($0) }.prefix(count)
    }
}
