import JSON
package import Telemetry

/// The level of a heavy-pollution response (重污染天气应急响应), from none to red.
package enum ResponseLevel: String, CaseIterable, Comparable, Sendable {
    case none, blue, yellow, orange, red

    package static func < (a: ResponseLevel, b: ResponseLevel) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .blue: 1
        case .yellow: 2
        case .orange: 3
        case .red: 4
        }
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
                    .init("level", .string(order.level.rawValue)), .init("from", .instant(order.from)),
                    .init("until", .instant(order.until)), .init("source", .string(order.source)),
                ])
            }
        ).text
    }

    /// What `stateText` says; an order that cannot be read is left out.
    package init(stateText: String) {
        guard let state = try? JSONValue(parsing: Array(stateText.utf8)) else { return }
        for item in state.items {
            guard let level = item.text("level").flatMap(ResponseLevel.init), let from = item.instant("from"),
                let until = item.instant("until")
            else { continue }
            add(ResponseOrder(level: level, from: from, until: until, source: item.text("source") ?? ""))
        }
    }
}
