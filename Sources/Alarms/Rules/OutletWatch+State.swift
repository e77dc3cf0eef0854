package import Telemetry

// What rules D4, L4 and L5 know of the running hour and day, so that they speak in the same hour after a restart. What
// the other rules look back on is gathered anew.
extension OutletWatch {
    /// The running hour and day as one line.
    package var state: StateLine {
        var line = StateLine()
        line.add(hour?.start.millisecondsSince1970)
        line.add(hour?.minutes ?? 0)
        line.add(hour?.isWhole ?? false)
        line.add(day?.millisecondsSince1970)
        line.add(factors.count)
        for factor in factors {
            line.add(word: factor.traits.code)
            factor.completeness.first?.of.write(to: &line)
        }
        line.add(forecasts.count)
        for forecast in forecasts {
            line.add(word: name(of: forecast))
            forecast.budget.write(to: &line)
        }
        for factor in factors {
            line.add(factor.completeness.count)
            for entry in factor.completeness {
                line.add(word: entry.need.rawValue)
                entry.of.write(to: &line)
                entry.of.writeMore(to: &line)
            }
        }
        for forecast in forecasts { forecast.budget.writeMore(to: &line) }
        // Earlier versions ended here.
        for factor in factors { factor.told.write(to: &line) }
        writeOpen(to: &line)
        return line
    }

    private func name(of forecast: Forecast) -> String {
        "\(factors[forecast.factor].traits.code)/\(forecast.statistic.rawValue)/\(forecast.quantity.rawValue)"
    }

    /// Continues what ``state`` had written down. Changes nothing where that is no such line, or where factors and limits
    /// are others now: then the rules begin with the next hour and day.
    package mutating func restore(_ line: StateLine) throws(StateLine.Unreadable) {
        var line = line
        var next = self
        let start = try line.word().flatMap { Int64($0) }
        let minutes = try line.count(limit: 60)
        let isWhole = try line.bool()
        next.hour = start.map {
            OpenHour(start: WallInstant(millisecondsSince1970: $0), minutes: minutes, isWhole: isWhole)
        }
        next.day = try line.word().flatMap { Int64($0) }.map { WallInstant(millisecondsSince1970: $0) }
        guard try line.count(limit: 10_000) == factors.count else { return }
        for index in factors.indices {
            guard try line.word() == factors[index].traits.code else { return }
            try next.factors[index].completeness[0].of.restore(from: &line)
        }
        guard try line.count(limit: 100_000) == forecasts.count else { return }
        for index in forecasts.indices {
            guard try line.word() == name(of: forecasts[index]) else { return }
            try next.forecasts[index].budget.restore(from: &line)
        }
        // Earlier versions ended here.
        if !line.isAtEnd { try next.restoreMore(from: &line) }
        if !line.isAtEnd {
            for index in factors.indices { try next.factors[index].told.restore(from: &line) }
        }
        if !line.isAtEnd { try next.restoreOpen(from: &line) }
        self = next
    }

    /// The needs with minutes that may still be made good.
    private func writeOpen(to line: inout StateLine) {
        let open = factors.enumerated().flatMap { index, factor in
            factor.completeness.filter(\.of.hasOpen).map { (index, $0) }
        }
        guard !open.isEmpty else { return }
        line.add(open.count)
        for (index, entry) in open {
            line.add(index)
            line.add(word: entry.need.rawValue)
            entry.of.writeOpen(to: &line)
        }
    }

    private mutating func restoreOpen(from line: inout StateLine) throws(StateLine.Unreadable) {
        for _ in 0..<(try line.count(limit: 10_000)) {
            let index = try line.count(limit: factors.count - 1)
            let name = try line.word()
            let place = factors[index].completeness.firstIndex { $0.need.rawValue == name }
            var hour = factors[index].completeness[place ?? 0].of
            try hour.restoreOpen(from: &line)
            if let place { factors[index].completeness[place].of = hour }
        }
    }

    private mutating func restoreMore(from line: inout StateLine) throws(StateLine.Unreadable) {
        for index in factors.indices {
            for _ in 0..<(try line.count(limit: HourNeed.allCases.count)) {
                let name = try line.word()
                let place = factors[index].completeness.firstIndex { $0.need.rawValue == name }
                var hour = factors[index].completeness[place ?? 0].of
                try hour.restore(from: &line)
                try hour.restoreMore(from: &line)
                // What no limit needs any more is read over.
                if let place { factors[index].completeness[place].of = hour }
            }
        }
        for index in forecasts.indices { try forecasts[index].budget.restoreMore(from: &line) }
    }
}
