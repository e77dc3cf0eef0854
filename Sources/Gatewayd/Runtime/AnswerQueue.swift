/// Answers that wait, in order; taking the first costs nothing however many there are.
struct AnswerQueue: Sendable {
    private var items: [ControlPublications.Publication?] = []
    private var first = 0
    private(set) var bytes = 0

    var count: Int { items.count - first }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ answer: ControlPublications.Publication) {
        items.append(answer)
        bytes += answer.payload.count
    }

    mutating func popFirst() -> ControlPublications.Publication? {
        guard first < items.count, let answer = items[first].take() else { return nil }
        first += 1
        bytes -= answer.payload.count
        if first == items.count || first >= 1_024 {
            items.removeFirst(first)
            first = 0
        }
        return answer
    }

    /// Puts `answers` before all others.
    mutating func putBack(_ answers: [ControlPublications.Publication]) {
        items.replaceSubrange(..<first, with: answers)
        first = 0
        bytes += answers.reduce(0) { $0 + $1.payload.count }
    }
}
