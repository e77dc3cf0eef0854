import Synchronization

/// Where the part of the configuration that a runner serves stands in the core: an index that a reload may move, or take away.
///
/// It is read and moved inside steps of the core and nowhere else, so it always fits the configuration of that step.
final class CorePlace: Sendable {
    /// -1: it has no place any more.
    private let number: Atomic<Int>

    init(_ index: Int) { number = Atomic(index) }

    /// Nil: the part is no longer configured as its runner knows it; what still comes from there is not taken.
    var index: Int? {
        let number = number.load(ordering: .relaxed)
        return number < 0 ? nil : number
    }

    func move(to index: Int?) { number.store(index ?? -1, ordering: .relaxed) }
}
