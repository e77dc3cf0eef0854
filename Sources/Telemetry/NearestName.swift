/// The name in `known` that is closest to `text`, for a "did you mean" hint; nil when none is near enough.
///
/// Distance is the number of inserted, removed, changed or swapped characters, upper and lower case being alike; a third
/// of the longer name's length is still near.
package func nearestName(to text: String, among known: some Sequence<String>) -> String? {
    let wanted = Array(text.lowercased())
    var best: (name: String, distance: Int)?
    for name in known {
        let candidate = Array(name.lowercased())
        let distance = editDistance(wanted, candidate)
        guard distance <= max(wanted.count, candidate.count) / 3 + 1, distance < max(wanted.count, candidate.count)
        else { continue }
        if distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
}

/// Optimal string alignment distance.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var twoBack: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
        var current = [i + 1]
        for j in 0..<b.count {
            var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, twoBack[j - 1] + 1) }
            current.append(cost)
        }
        twoBack = previous
        previous = current
    }
    return previous[b.count]
}
