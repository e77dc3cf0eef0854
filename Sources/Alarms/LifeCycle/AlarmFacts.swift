import JSON
package import Telemetry

/// What goes into the sentence of an alarm, by name, so that the sentence can be said in either language and after a
/// restart.
package struct AlarmFacts: Equatable, Sendable {
    /// The names that sentences use in `{…}`.
    package enum Name: String, CaseIterable, Sendable {
        case value, limit, unit, source, statistic, quantity, share, allowed, until, date, period, amount, count, needed
        case length, minutes, reason, parameter, before, after, device, other, uplink, bound, least
    }

    package enum Value: Equatable, Sendable {
        /// Shown with at most three decimals.
        case number(Double)
        case text(String)
        case bilingual(BilingualText)
        /// Shown in the two greatest units.
        case length(Duration)
        /// Shown as hour and minute of the plant's clock.
        case clock(WallInstant)
        /// Shown as a date of the plant's clock.
        case date(WallInstant)
    }

    package private(set) var list: [Fact] = []

    package struct Fact: Equatable, Sendable {
        package let name: Name
        package let value: Value
    }

    package init() {}

    /// `facts` whose value is not nil. An empty text says nothing.
    package init(_ facts: KeyValuePairs<Name, Value?>) {
        list.reserveCapacity(facts.count)
        for (name, value) in facts {
            if let value, value != .text("") { list.append(Fact(name: name, value: value)) }
        }
    }

    package subscript(name: Name) -> Value? { list.first { $0.name == name }?.value }
}

extension AlarmFacts.Value {
    /// A text that is the same in both languages is plain text.
    package init(_ text: BilingualText) { self = text.en == text.zh ? .text(text.en) : .bilingual(text) }
}

extension AlarmFacts {
    var state: JSONValue { .array(list.map { .array([.string($0.name.rawValue)] + $0.value.state) }) }

    init(state: JSONValue?) {
        for item in state?.items ?? [] {
            guard let name = item.items.first?.textValue.flatMap(Name.init), let value = Value(state: item.items)
            else { continue }
            list.append(Fact(name: name, value: value))
        }
    }
}

extension AlarmFacts.Value {
    fileprivate var state: [JSONValue] {
        switch self {
        case .number(let value): [.string("n"), .number(value)]
        case .text(let text): [.string("t"), .string(text)]
        case .bilingual(let text): [.string("b"), .string(text.en), .string(text.zh)]
        case .length(let length): [.string("l"), .duration(length)]
        case .clock(let instant): [.string("c"), .instant(instant)]
        case .date(let instant): [.string("d"), .instant(instant)]
        }
    }

    /// `items`: the fact's name, the kind, what the kind has.
    fileprivate init?(state items: [JSONValue]) {
        guard items.count >= 3, let kind = items[1].textValue else { return nil }
        let first = items[2]
        switch kind {
        case "n":
            guard let number = first.numberValue else { return nil }
            self = .number(number)
        case "t":
            guard let text = first.textValue else { return nil }
            self = .text(text)
        case "b":
            guard items.count == 4, let en = first.textValue, let zh = items[3].textValue else { return nil }
            self = .bilingual(BilingualText(en: en, zh: zh))
        default:
            guard let whole = first.wholeValue else { return nil }
            switch kind {
            case "l": self = .length(.milliseconds(whole))
            case "c": self = .clock(WallInstant(millisecondsSince1970: whole))
            case "d": self = .date(WallInstant(millisecondsSince1970: whole))
            default: return nil
            }
        }
    }
}
