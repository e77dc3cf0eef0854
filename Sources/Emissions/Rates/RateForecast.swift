/// How much a month can still lose before its rate falls under the target.
package struct RateForecast: Hashable, Sendable {
    /// The least rate that meets the target, in percent; 90 is the usual one.
    package let targetPercent: Int
    /// Items that an hour makes due, the factors of an outlet for instance.
    package let itemsPerHour: Int

    /// `targetPercent` is 0…100, `itemsPerHour` at least 1; what lies outside becomes the nearest.
    package init(targetPercent: Int = 90, itemsPerHour: Int = 1) {
        self.targetPercent = min(max(targetPercent, 0), 100)
        self.itemsPerHour = min(max(itemsPerHour, 1), 1_000_000)
    }

    /// So many more lost hours bring the month under the target, if all others that are still to come are good.
    ///
    /// 0: it will be under whatever comes. Nil: even losing every hour does not bring it under.
    ///
    /// - Parameters:
    ///   - kept: the items that count so far: ``RateCounts/valid`` for the effective rate, ``RateCounts/received`` for the
    ///     transmission rate
    ///   - due: the items due so far
    ///   - hoursToCome: hours of the month that are still to come
    package func lostHours(kept: Int, due: Int, hoursToCome: Int) -> Int? {
        // A count of a month is far below this; it keeps the products within their type.
        let bound = 1_000_000_000_000
        let kept = min(max(kept, 0), bound)
        let due = min(max(due, 0), bound)
        let hours = min(max(hoursToCome, 0), 1_000_000)
        let toCome = hours * itemsPerHour
        let needed = ((due + toCome) * targetPercent + 99) / 100
        let spare = kept + toCome - needed
        guard spare >= 0 else { return 0 }
        let lost = spare / itemsPerHour + 1
        return lost <= hours ? lost : nil
    }
}
