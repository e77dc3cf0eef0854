package import Telemetry

/// Says alarms to people: English, Chinese or both.
package struct AlarmMessage: Sendable {
    private let zone: ZoneRules
    /// What people call outlets and devices, by id.
    private let names: [String: String]

    package init(zone: ZoneRules, names: [String: String] = [:]) {
        self.zone = zone
        self.names = names
    }

    /// What the transition says: for one that ended, how long it was and how bad.
    package func text(_ transition: AlarmTransition) -> BilingualText {
        let event = transition.event
        let sentence = present(event)
        switch transition.kind {
        case .raised, .updated: return sentence
        case .repeated: return sentence.prefixed(en: "still: ", zh: "仍在持续：")
        case .suppressed:
            let marks = event.marks.names.joined(separator: ",")
            return sentence.suffixed(en: " (held back by the mark \(marks))", zh: "（因标记 \(marks) 不报警）")
        case .acknowledged:
            let who = event.acknowledgement
            return note(sentence, who, en: "acknowledged", zh: "已确认")
        case .commented: return note(sentence, event.comments.last, en: "comment", zh: "备注")
        case .closed: return ending(event, at: transition.at, en: " is over", zh: "已结束")
        case .withdrawn:
            return ending(event, at: transition.at, en: ": ended by a change of the configuration", zh: "因配置变更而终止")
        }
    }

    /// The words for an alarm that goes on: what was judged last and, if nothing can be judged now, since when.
    package func present(_ event: AlarmEvent) -> BilingualText {
        let sentence = sentence(event)
        guard let time = time(event), let pause = event.judged?.pause, pause.to == nil else { return sentence }
        let from = Tongue.moment(pause.from, zone)
        return sentence.suffixed(
            en: " (\(time.en); not judged since \(from))", zh: "（\(time.zh)；\(from) 起无法判定）")
    }

    /// The sentence of the event as it was judged last.
    private func sentence(_ event: AlarmEvent) -> BilingualText {
        let template = event.subject.rule.definition.sentence
        return BilingualText(
            en: fill(template.en, event, .english), zh: fill(template.zh, event, .chinese))
    }

    private func ending(_ event: AlarmEvent, at now: WallInstant, en: String, zh: String) -> BilingualText {
        let title = event.subject.rule.definition.title
        let worst = worst(event)
        var time = time(event) ?? length(event.duration(at: now))
        if let pause = event.judged?.pause, event.subject.rule.isBlindWithoutData {
            let (from, to) = (Tongue.moment(pause.from, zone), Tongue.moment(pause.to ?? now, zone))
            time = time.suffixed(en: "; not judged from \(from) to \(to)", zh: "；\(from) 至 \(to) 无法判定")
        }
        return BilingualText(
            en: "\(place(event, .english)): \(title.en)\(en) after \(time.en)"
                + (worst.map { "; the worst was \($0)" } ?? ""),
            zh: "\(place(event, .chinese)) \(title.zh)\(zh)，\(time.zh)"
                + (worst.map { "，极值 \($0)" } ?? ""))
    }

    private func length(_ duration: Duration) -> BilingualText {
        BilingualText(en: Tongue.english.length(duration), zh: "历时 \(Tongue.chinese.length(duration))")
    }

    /// How long it was bad in all and until when, of hours and longer, and of what was not judged throughout; nil where the
    /// length alone tells it.
    private func time(_ event: AlarmEvent) -> BilingualText? {
        guard event.subject.rule.isBlindWithoutData, let judged = event.judged, let until = judged.badUntil,
            event.isOfLongPeriods || judged.pause != nil
        else { return nil }
        let moment = Tongue.moment(until, zone)
        return BilingualText(
            en: "\(Tongue.english.length(judged.bad)) in all, last until \(moment)",
            zh: "累计 \(Tongue.chinese.length(judged.bad))，最后至 \(moment)")
    }

    /// The peak with its unit, of rules whose sentence tells the value.
    private func worst(_ event: AlarmEvent) -> String? {
        guard let peak = event.peak, event.subject.rule.definition.sentence.en.contains("{value}") else { return nil }
        guard case .text(let unit)? = event.facts[.unit] else { return Tongue.shown(peak) }
        return "\(Tongue.shown(peak)) \(FactorEntry.written(unit: unit))"
    }

    private func note(
        _ sentence: BilingualText, _ note: AlarmEvent.Acknowledgement?, en: String, zh: String
    ) -> BilingualText {
        guard let note else { return sentence }
        let rest = note.note.isEmpty ? "" : ": \(note.note)"
        return sentence.suffixed(en: " (\(en) by \(note.by)\(rest))", zh: "（\(note.by) \(zh)\(rest)）")
    }

    // MARK: Templates

    private func place(_ event: AlarmEvent, _ tongue: Tongue) -> String {
        let source = names[event.subject.source] ?? event.subject.source
        guard let code = event.subject.factor else { return source }
        if code.hasSuffix(Self.meter) {
            let name = FactorTable.shownName(of: String(code.dropLast(Self.meter.count)))
            return tongue == .english ? "\(source) \(name.en) (meter)" : "\(source) \(name.zh)（累计表）"
        }
        let name = FactorTable.shownName(of: code)
        return "\(source) \(tongue == .english ? name.en : name.zh)"
    }

    /// Ends the name of a meter that is read beside a factor.
    private static let meter = ".meter"

    private func fill(_ template: String, _ event: AlarmEvent, _ tongue: Tongue) -> String {
        TemplateText(template).filled { name in
            if name == "where" { return place(event, tongue) }
            let fact = AlarmFacts.Name(rawValue: name)
            if fact == .unit, case .text(let unit)? = event.facts[.unit] { return FactorEntry.written(unit: unit) }
            return fact.flatMap { event.facts[$0] }.map { tongue.shown($0, zone) }
        }
    }
}

extension BilingualText {
    fileprivate func prefixed(en: String, zh: String) -> BilingualText {
        BilingualText(en: en + self.en, zh: zh + self.zh)
    }

    fileprivate func suffixed(en: String, zh: String) -> BilingualText {
        BilingualText(en: self.en + en, zh: self.zh + zh)
    }
}
