import JSON
package import Telemetry

/// The level of a heavy-pollution response (重污染天气应急响应). How many there are and what they are called is the
/// configuration's: see ``ResponseScale``.
package struct ResponseLevel: Hashable, Comparable, Sendable {
    package let name: String
    /// The place among the levels from 1 up; 0: no response.
    package let rank: Int

    package init(name: String, rank: Int) {
        self.name = name
        self.rank = rank
    }

    package static func < (a: ResponseLevel, b: ResponseLevel) -> Bool { a.rank < b.rank }

    package static let none = ResponseLevel(name: "none", rank: 0)
    // The colours of the national plan.
    package static let blue = ResponseLevel(name: "blue", rank: 1)
    package static let yellow = ResponseLevel(name: "yellow", rank: 2)
    package static let orange = ResponseLevel(name: "orange", rank: 3)
    package static let red = ResponseLevel(name: "red", rank: 4)
}

/// The levels that there are, the lowest first.
package struct ResponseScale: Equatable, Sendable {
    package let levels: [ResponseLevel]

    /// `names`: distinct, the lowest first; `none` goes without saying.
    package init(names: [String]) {
        levels = names.enumerated().map { ResponseLevel(name: $1, rank: $0 + 1) }
    }

    package static let usual = ResponseScale(names: ["blue", "yellow", "orange", "red"])

    /// `none` among them; nil: there is no such level.
    package func level(named name: String) -> ResponseLevel? {
        name == ResponseLevel.none.name ? ResponseLevel.none : levels.first { $0.name == name }
    }
}

/// An order that sets a response level. It ends by itself at `until`.
package struct ResponseOrder: Hashable, Sendable {
    package var level: ResponseLevel
    package var from: WallInstant
    package var until: WallInstant
    /// The order's number, or who gave it.
    package var source: String

    package init(level: ResponseLevel, from: WallInstant, until: WallInstant, source: String) {
        self.level = level
        self.from = from
        self.until = until
        self.source = source
    }

    func isInForce(at instant: WallInstant) -> Bool { from <= instant && instant < until }
}

/// The response orders of the last time, so that a past hour is judged with the level that held in it.
package struct ResponseLevels: Equatable, Sendable {
    /// More orders than this are not remembered; the oldest goes.
    package static let capacity = 64

    /// In the order in which they came.
    package private(set) var orders: [ResponseOrder] = []

    package init() {}

    /// Adds an order. One that ends no later than it begins says nothing and is not kept.
    package mutating func add(_ order: ResponseOrder) {
        guard order.from < order.until else { return }
        orders.append(order)
        if orders.count > Self.capacity { orders.removeFirst() }
    }

    /// Ends every order in force at `instant`, as when a response is called off early. Its past stays.
    package mutating func callOff(at instant: WallInstant) {
        for index in orders.indices where orders[index].until > instant {
            orders[index].until = max(instant, orders[index].from)
        }
        orders.removeAll { $0.from >= $0.until }
    }

    /// Lets `order` take the place of what is in force at its beginning.
    package mutating func replace(with order: ResponseOrder) {
        callOff(at: order.from)
        add(order)
    }

    /// The unbroken time around `instant` in which `level` or a higher one is in force, over all orders; nil: it is not.
    package func stretch(atLeast level: ResponseLevel, around instant: WallInstant) -> Range<WallInstant>? {
        let strong = orders.filter { $0.level >= level && $0.level > .none }
        guard let first = strong.first(where: { $0.isInForce(at: instant) }) else { return nil }
        var (start, end) = (first.from, first.until)
        while let earlier = strong.first(where: { $0.from < start && $0.until >= start }) { start = earlier.from }
        while let later = strong.first(where: { $0.from <= end && $0.until > end }) { end = later.until }
        return start..<end
    }

    /// The first moment after `instant` at which an order ends; nil: none is in force.
    package func nextEnd(after instant: WallInstant) -> WallInstant? {
        orders.lazy.filter { $0.isInForce(at: instant) }.map(\.until).min()
    }

    /// The highest level in force at `instant`.
    package func level(at instant: WallInstant) -> ResponseLevel { inForce(at: instant)?.level ?? .none }

    /// The order behind ``level(at:)``; of equal levels the one that came first.
    package func inForce(at instant: WallInstant) -> ResponseOrder? {
        var found: ResponseOrder?
        for order in orders where order.isInForce(at: instant) && order.level > (found?.level ?? .none) {
            found = order
        }
        return found
    }
}

extension ResponseLevels {
    /// The orders as JSON text, for the journal's state.
    package var stateText: String {
        JSONValue.array(
            orders.map { order in
                .object([
                    .init("level", .string(order.level.name)), .init("from", .instant(order.from)),
                    .init("until", .instant(order.until)), .init("source", .string(order.source)),
                ])
            }
        ).text
    }

    /// What `stateText` says; an order that cannot be read, or whose level `scale` no longer has, is left out.
    package init(stateText: String, scale: ResponseScale = .usual) {
        guard let state = try? JSONValue(parsing: Array(stateText.utf8)) else { return }
        for item in state.items {
            guard let level = item.text("level").flatMap(scale.level), let from = item.instant("from"),
                let until = item.instant("until")
            else { continue }
            add(ResponseOrder(level: level, from: from, until: until, source: item.text("source") ?? ""))
        }
    }
}
