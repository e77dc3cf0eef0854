package import Telemetry

extension EmissionReport {
    /// The report as lines for people, one table for each factor.
    package func table(in language: Language) -> [String] {
        let words = ReportWords(language: language)
        var lines = [words.title(outlet: outlet, name: name, period: period), ""]
        for factor in factors { lines += table(factor, words) + [""] }
        if let equivalent { lines += table(equivalent, words) + [""] }
        if factors.contains(where: { factor in (factor.rows + [factor.total]).contains(where: \.hasInvalidMean) }) {
            lines.append(words.invalidMean)
        }
        if isSubstituting { lines.append(words.substituted) }
        return lines
    }

    private func table(_ factor: Factor, _ words: ReportWords) -> [String] {
        let heading = [factor.code, words(factor.name), factor.unit.map(FactorEntry.written) ?? ""].filter {
            !$0.isEmpty
        }.joined(
            separator: "  ")
        let columns = columns(of: factor, words)
        let rows = (factor.rows + [factor.total]).map { row in columns.map { $0.cell(row) } }
        var table = [columns.map(\.title)] + rows
        table[table.count - 1][0] = words.total
        return [heading] + rightAligned(table)
    }

    private struct Column {
        let title: String
        let cell: (Row) -> String
    }

    private func columns(of factor: Factor, _ words: ReportWords) -> [Column] {
        var columns = [
            Column(title: words.period(period)) { $0.label },
            Column(title: words.mean) { text($0.mean, factor.decimals) },
        ]
        if factor.isConverted { columns.append(Column(title: words.converted) { text($0.converted, factor.decimals) }) }
        if let unit = factor.amountUnit {
            columns.append(Column(title: words.measured(unit)) { text($0.amount, 3) })
            if isSubstituting, factor.isSubstituted {
                columns.append(Column(title: words.substituted(unit)) { text($0.substituted, 3) })
                columns.append(
                    Column(title: words.method) { row in
                        row.methods.map { "\($0.method)×\($0.hours)" }.joined(separator: " ")
                    })
            }
        }
        return columns + [
            Column(title: words.validHours) { "\($0.capture.valid)/\($0.capture.due)" },
            Column(title: words.capture) { row in text(row.capture.rate.map { $0 * 100 }, 2) },
        ]
    }

    private func table(_ equivalent: Equivalent, _ words: ReportWords) -> [String] {
        let labels = (factors.first?.rows ?? []).map(\.label) + [words.total]
        let rows = zip(labels, equivalent.rows + [equivalent.total]).map { [$0, text($1, 3)] }
        let gases = zip(equivalent.codes, equivalent.weights).map { "\($0) × \(plain($1))" }
        return ["CO2e  \(gases.joined(separator: " + "))  \(equivalent.potentials.source)"]
            + rightAligned([[words.period(period), "CO2e kg"]] + rows)
    }

    /// A mean with a star when it is not valid.
    private func text(_ mean: Row.Mean?, _ decimals: Int?) -> String {
        mean.map { text($0.value, decimals) + ($0.isValid ? "" : "*") } ?? "-"
    }

    private func text(_ number: Double?, _ decimals: Int?) -> String {
        number.map { decimals.map($0.text) ?? $0.description } ?? "-"
    }
}

extension EmissionReport.Row {
    fileprivate var hasInvalidMean: Bool { mean?.isValid == false || converted?.isValid == false }
}

extension EmissionReport.Factor {
    fileprivate var isSubstituted: Bool { !total.methods.isEmpty }
}

extension Double {
    /// The number with exactly so many decimals.
    fileprivate func text(decimals: Int) -> String {
        let rounded = rounded(toPlaces: min(max(decimals, 0), 15))
        let text = rounded.description
        guard !text.utf8.contains(UInt8(ascii: "e")) else { return text }
        let parts = text.split(separator: ".", maxSplits: 1)
        guard decimals > 0 else { return parts.first.map(String.init) ?? text }
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return (parts.first ?? "0") + "." + fraction + String(repeating: "0", count: max(0, decimals - fraction.count))
    }
}

/// `rows` as lines whose columns end under one another, two blanks apart; the first column begins the lines.
private func rightAligned(_ rows: [[String]]) -> [String] {
    var widths: [Int] = []
    for row in rows {
        for (column, cell) in row.enumerated() {
            if column == widths.count { widths.append(0) }
            widths[column] = max(widths[column], cell.displayWidth)
        }
    }
    return rows.map { row in
        row.enumerated().map { column, cell in
            let blanks = String(repeating: " ", count: max(0, widths[column] - cell.displayWidth))
            return column == 0 ? cell + blanks : "  " + blanks + cell
        }.joined()
    }
}
