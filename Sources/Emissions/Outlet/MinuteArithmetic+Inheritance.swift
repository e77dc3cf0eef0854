import Telemetry

// A minute is as valid as those that it stands on.
extension MinuteArithmetic {
    /// What others are computed with: a channel's mean over the minute, and for want of what it is no valid one.
    ///
    /// Values that gas cannot have are left out, and the noise of a zero is 0; the channel's own record keeps them.
    struct Input {
        var mean: Double?
        /// Nil: the mean is valid.
        var lack: Lack?
    }

    func input(_ condition: GasCondition) -> Input {
        if let channel = plan.conditionChannels[condition.rawValue] { return input(channel) }
        guard let constant = plan.constant(condition) else { return Input(mean: nil, lack: .missing(condition.code)) }
        guard condition.isPossible(constant) else { return Input(mean: nil, lack: .impossible(condition.code)) }
        return Input(mean: constant)
    }

    func input(_ channel: Int) -> Input {
        let usable = plan.usable[channel]
        let validity = factors[channel].validity
        let shortage = validity.isValid ? nil : validity.lack ?? .missing(usable.code)
        guard let mean = factors[channel].measured.average else {
            return Input(mean: nil, lack: shortage ?? .missing(usable.code))
        }
        guard !instants[channel].isEmpty else {
            // Stated by the instrument, or held from an earlier minute.
            let value = usable(mean)
            return Input(mean: value, lack: shortage ?? (value == nil ? .impossible(usable.code) : nil))
        }
        var possible = Extent()
        for (place, instant) in instants[channel].enumerated() where !isImpossible(place, of: channel) {
            if let value = usable(instant.value) { possible.add(value) }
        }
        let isEnough = minuteRule(channel).judge(count: possible.count).isValid
        return Input(mean: possible.mean, lack: shortage ?? (isEnough ? nil : .impossible(usable.code)))
    }

    private func isImpossible(_ place: Int, of channel: Int) -> Bool {
        channel == plan.oxygen && impossibleOxygen?[place] == true
    }

    /// For want of what a channel has no usable minute; nil where it has one.
    private func lack(_ need: Need) -> Lack? {
        switch need {
        case .condition(let condition): input(condition).lack
        case .channel(let channel): input(channel).lack
        }
    }

    /// Makes minutes invalid whose needs are not met: first those that need conditions alone, then NOx, which needs such.
    mutating func inherit() {
        for isLate in [false, true] {
            for channel in plan.channels.indices where (plan.channels[channel].origin.isOfOthers) == isLate {
                inherit(channel)
            }
        }
    }

    private mutating func inherit(_ channel: Int) {
        // What was stated of the whole minute is no work of ours.
        guard statements[channel] == nil || !samples[channel].isEmpty else { return }
        // Too few samples of its own are no lack of others; samples that could not be computed are.
        guard factors[channel].validity.isValid || factors[channel].validity.lack != nil else { return }
        if channel == plan.oxygen, case .impossible(let code) = input(channel).lack {
            factors[channel].validity = .lacking(.impossible(code))
            return
        }
        // The flow of the area is judged with its means.
        guard plan.channels[channel].origin != .area else { return }
        for need in plan.needs[channel] {
            guard let lack = lack(need) else { continue }
            factors[channel].validity = .lacking(lack)
            return
        }
    }
}

extension Channel.Origin {
    /// Whether it is computed from values that need others themselves.
    fileprivate var isOfOthers: Bool {
        if case .nitrogenOxides = self { true } else { false }
    }
}
