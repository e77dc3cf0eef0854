/// What follows what, each for some time: `10×40 0×20` is 10 for 40 minutes and then 0 for 20.
///
/// A time without a unit is in minutes; `s`, `h` and `d` are seconds, hours and days. What has no time lasts to the end.
struct Course<Content> {
    /// `seconds`: nil lasts to the end.
    private let steps: [(content: Content, seconds: Int?)]

    init(_ text: some StringProtocol, _ content: (Substring) throws -> Content) throws {
        steps = try text.split(separator: " ").map { step in
            let parts = Substring(step).split(separator: "×")
            guard let first = parts.first, parts.count <= 2 else { throw UnreadableExample(text: String(step)) }
            return (try content(first), try parts.dropFirst().first.map(wholeSeconds))
        }
    }

    /// How long it takes; nil: as long as the others.
    var seconds: Int? {
        steps.reduce(0) { sum, step in sum.flatMap { sum in step.seconds.map { sum + $0 } } }
    }

    /// What there is at a second; nil behind the end.
    func content(at second: Int) -> Content? {
        var left = second
        for step in steps {
            guard let length = step.seconds, left >= length else { return step.content }
            left -= length
        }
        return nil
    }
}

/// A time such as `40`, `5s`, `10h` or `31d`, without a unit in minutes.
func wholeSeconds(_ text: some StringProtocol) throws -> Int {
    let units: [Character: Int] = ["s": 1, "h": 3_600, "d": 86_400]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text[...] : text.dropLast()) else {
        throw UnreadableExample(text: String(text))
    }
    return number * (unit ?? 60)
}
