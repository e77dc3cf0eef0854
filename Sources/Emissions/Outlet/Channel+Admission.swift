package import Telemetry

// Numbers that are no measurement, whatever flag they come with.
extension Channel {
    /// A number further below the range than this part of the span is no measurement.
    private static let toleratedBelow = 0.1

    /// `reading`, without its number where that means no value or lies far below the measuring range.
    ///
    /// A number a little below the range counts: it shows the drift of the zero. Of a meter, `range` says nothing about what
    /// it shows.
    package func admitted(_ reading: Reading) -> Reading {
        guard let value = reading.value, let failure = objection(to: value) else { return reading }
        return reading.rejected(failure)
    }

    /// The same of a reading of the meter beside the channel.
    package func admittedMeter(_ reading: Reading) -> Reading {
        guard let value = reading.value, meter?.invalidNumbers.contains(value) == true else { return reading }
        return reading.rejected(.invalid(number: value))
    }

    /// The same of what an instrument states of a period: extremes that are no measurement are left out, without a mean that is
    /// one nothing is left.
    package func admitted(_ stated: PeriodStatistics) -> PeriodStatistics {
        var result = stated
        for extreme in [\PeriodStatistics.minimum, \.maximum] {
            guard let failure = stated[keyPath: extreme].flatMap(objection) else { continue }
            result[keyPath: extreme] = nil
            result.failure = failure
        }
        guard let failure = stated.average.flatMap(objection) else { return result }
        return PeriodStatistics(
            average: nil, minimum: nil, maximum: nil, count: stated.count,
            flag: stated.flag.isGood ? .fault : stated.flag, failure: failure)
    }

    private func objection(to number: Double) -> ReadFailure? {
        if invalidNumbers.contains(number) { return .invalid(number: number) }
        guard !isMeterAlone, let range = scale.range,
            number < range.lowerBound - (range.upperBound - range.lowerBound) * Self.toleratedBelow
        else { return nil }
        return .belowRange(number: number)
    }
}
