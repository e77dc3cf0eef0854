package import Telemetry

// What of a period in the making survives a restart, to the last bit.

extension Extent {
    fileprivate func write(to line: inout StateLine) {
        line.add(sum)
        line.add(count)
        line.add(minimum)
        line.add(maximum)
    }

    fileprivate init(from line: inout StateLine) throws(StateLine.Unreadable) {
        self.init(
            sum: try line.number(), count: try line.integer(), minimum: try line.double(), maximum: try line.double())
    }
}

extension PartSums {
    fileprivate func write(to line: inout StateLine) {
        for extent in [measured, converted, amount] { extent.write(to: &line) }
        line.add(samples)
        for number in [concentration, oxygen, water, weighted.kilograms, weighted.cubicMetres] { line.add(number) }
    }

    fileprivate init(from line: inout StateLine) throws(StateLine.Unreadable) {
        measured = try Extent(from: &line)
        converted = try Extent(from: &line)
        amount = try Extent(from: &line)
        samples = try line.integer()
        concentration = try line.number()
        oxygen = try line.number()
        water = try line.number()
        weighted = FlowWeightedMean(kilograms: try line.number(), cubicMetres: try line.number())
    }
}

extension BoundSums {
    fileprivate func write(to line: inout StateLine) {
        for extent in [measured, converted] { extent.write(to: &line) }
        for number in [weighted.kilograms, weighted.cubicMetres] { line.add(number) }
        line.add(weightedParts)
        line.add(minutes)
    }

    fileprivate init(from line: inout StateLine) throws(StateLine.Unreadable) {
        measured = try Extent(from: &line)
        converted = try Extent(from: &line)
        weighted = FlowWeightedMean(kilograms: try line.number(), cubicMetres: try line.number())
        weightedParts = try line.integer()
        minutes = try line.integer()
    }
}

extension FlagTally {
    func write(to line: inout StateLine) {
        line.add(good)
        line.add(others.count)
        for entry in others {
            line.add(word: entry.flag.text)
            line.add(entry.count)
        }
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        self.init()
        let good = try line.integer()
        add(.normal, times: good)
        for _ in 0..<(try line.count(limit: 1000)) { add(try DataFlag(from: &line), times: try line.integer()) }
    }
}

extension FactorSum {
    fileprivate func write(to line: inout StateLine) {
        valid.write(to: &line)
        all.write(to: &line)
        tally.write(to: &line)
        line.add(word: failure?.word)
        line.add(isCapped)
        line.add(balance?.flow)
        line.add(balance?.meter)
        for extent in [valid.backward, all.backward] { extent.write(to: &line) }
        line.add(balanceMinutes)
        line.add(notDue)
        for sums in [valid, all] { line.add(sums.weightedParts) }
        bounds.write(to: &line)
        for tally in [lacks.measured, lacks.converted, lacks.amount] { tally.write(to: &line) }
        for sums in [valid, all] { line.add(sums.greatest) }
        line.add(standing)
        for sums in [valid, all] { line.add(sums.waterlessParts) }
        bounds.convertedBounds.write(to: &line)
    }

    fileprivate init(from line: inout StateLine) throws(StateLine.Unreadable) {
        var valid = try PartSums(from: &line)
        var all = try PartSums(from: &line)
        let tally = try FlagTally(from: &line)
        let failure = try line.word().flatMap { ReadFailure(word: $0) }
        let isCapped = try line.bool()
        // Earlier versions ended here, or with the balance.
        var balance: MeterBalance?
        if !line.isAtEnd, let flow = try line.double() {
            balance = MeterBalance(flow: flow, meter: try line.number())
        } else if !line.isAtEnd {
            _ = try line.word()
        }
        if !line.isAtEnd {
            valid.backward = try Extent(from: &line)
            all.backward = try Extent(from: &line)
        }
        // Earlier versions did not count the minutes of the balance, and compared by any of them.
        let balanceMinutes = line.isAtEnd ? PeriodSum.leastBalanceMinutes : try line.integer()
        // Earlier versions knew neither what is due nor bounds, and weighed every part that had a mass.
        let isEarlier = line.isAtEnd
        let notDue = isEarlier ? 0 : try line.integer()
        valid.weightedParts = isEarlier ? valid.measured.count : try line.integer()
        all.weightedParts = isEarlier ? all.measured.count : try line.integer()
        var bounds = isEarlier ? BoundSums(of: valid) : try BoundSums(from: &line)
        var lacks = Lacks()
        if !line.isAtEnd {
            lacks.measured = try LackTally(from: &line)
            lacks.converted = try LackTally(from: &line)
            lacks.amount = try LackTally(from: &line)
        }
        // Earlier versions summed the greatest number as any other.
        if !line.isAtEnd {
            valid.greatest = try line.integer()
            all.greatest = try line.integer()
        }
        // Earlier versions did not tell water that stands from a plant that does.
        let standing = line.isAtEnd ? 0 : try line.integer()
        if !line.isAtEnd {
            valid.waterlessParts = try line.integer()
            all.waterlessParts = try line.integer()
        }
        if !line.isAtEnd { bounds.convertedBounds = try Extent(from: &line) }
        self.init(
            valid: valid, all: all, tally: tally, failure: failure, isCapped: isCapped, balance: balance,
            balanceMinutes: balance == nil ? 0 : balanceMinutes, notDue: notDue, standing: standing, bounds: bounds,
            lacks: lacks)
    }
}

extension FlowMeans {
    fileprivate var numbers: [Double] { [velocity, celsius, staticPascals, atmosphericPascals, humidity] }

    fileprivate init(from line: inout StateLine) throws(StateLine.Unreadable) {
        velocity = try line.number()
        celsius = try line.number()
        staticPascals = try line.number()
        atmosphericPascals = try line.number()
        humidity = try line.number()
    }
}

extension PeriodSum {
    /// One line for the whole, then one for each channel with its code first.
    package var state: [StateLine] {
        var head = StateLine()
        head.add(parts)
        for mark in PlantMark.allCases { head.add(marks[mark] ?? 0) }
        for number in flow.valid.numbers + flow.all.numbers { head.add(number) }
        head.add(flow.validCount)
        head.add(flow.allCount)
        return [head]
            + zip(plan.channels, factors).map { channel, sum in
                var line = StateLine()
                line.add(word: channel.code)
                sum.write(to: &line)
                return line
            }
    }

    /// What was written by ``state``; a channel that the plan has no more is left out, a new one begins empty.
    package init(plan: OutletPlan, state lines: [StateLine]) throws(StateLine.Unreadable) {
        guard var head = lines.first else { throw StateLine.Unreadable() }
        let parts = try head.integer()
        var marks: [PlantMark: Int] = [:]
        for mark in PlantMark.allCases {
            let count = try head.integer()
            if count > 0 { marks[mark] = count }
        }
        var flow = FlowSum()
        flow.valid = try FlowMeans(from: &head)
        flow.all = try FlowMeans(from: &head)
        flow.validCount = try head.integer()
        flow.allCount = try head.integer()
        var factors = plan.channels.map { _ in FactorSum() }
        for var line in lines.dropFirst() {
            guard let code = try line.word() else { throw StateLine.Unreadable() }
            let sum = try FactorSum(from: &line)
            if let channel = plan.channels.firstIndex(where: { $0.code == code }) { factors[channel] = sum }
        }
        self.init(plan: plan, factors: factors, flow: flow, marks: marks, parts: parts)
    }
}
