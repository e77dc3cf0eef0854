import Emissions
import GatewayCore
import HostSystem
import Telemetry
import TelemetryStore

extension Command {
    static let report = Command(
        "report",
        "--config FILE --outlet ID --month YYYY-MM|--year YYYY [--records FILE|-] [--substitute] [--gwp ar5|ar6] "
            + "[--language en|zh] [--json]",
        summary:
            "Means, masses and capture rates of an outlet over a month, day by day, or over a year, month by month.",
        details: """
            The report is computed from hour records: those of the journal in data_directory, which is only read, or with
            --records JSON lines as `gatewayd replay` and MQTT carry them. Lines of other kinds and outlets are passed over.
            Hours between the first and the last record of which there is none are due and missing.
            measured: the amounts of valid hours. --substitute adds a column of its own with what stands in for invalid
            hours: for dust, SO2 and NOx the maximum of earlier valid hours by HJ 75 (max-180, max-720, max-2160, or none where
            the quarter's capture rate is below 75 %), for water the mean of the equally long time before the gap.
            --gwp: the warming potentials for CO2e, ar5 (default) or ar6, where the outlet measures CO2 (a05001), CH4 (a05002)
            or a factor whose configured name contains N2O.
            Factors that only records have were renamed or removed and come last. An outlet that is not configured any more is
            reported by its records: the usual rules of validity, converted means of the converted hours.
            Means are those of the records' rules over the rounded hours. --language: default that of the configuration.
            Exit code 1: a line that is no record, a journal that cannot be read, no hour in the period.
            """
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["config", "outlet", "month", "year", "records", "gwp", "language"],
            flags: ["substitute", "json"])
        let file = try arguments.required("config")
        let outlet = try arguments.required("outlet")
        let options = ReportOptions(
            period: try period(arguments), isSubstituting: arguments.has("substitute"),
            potentials: try arguments.choice("gwp") ?? .ar5)
        let language: Language? = try arguments.choice("language")
        guard let configuration = configuration(file, for: "report") else { return .failed }
        do {
            let records = arguments.value("records")
            let found =
                if let records {
                    try hours(of: outlet, inFile: records, options)
                } else {
                    try hours(of: outlet, inJournal: configuration.gateway.dataDirectory, options)
                }
            guard let hours = found else { return .failed }
            guard let plan = ReportPlan(outlet: outlet, of: configuration, recorded: hours.recorded) else {
                throw try unknown(outlet, configuration, isJournal: records == nil)
            }
            if !plan.isConfigured {
                FormerNames.remark(
                    "report", outlet: outlet, "reported by its records, with the usual rules of validity")
            }
            let report = EmissionReport(plan, hours: hours, options: options)
            guard !report.isEmpty else {
                let place = records.map { $0 == "-" ? "standard input" : $0 } ?? configuration.gateway.dataDirectory
                Console.error("gatewayd report: \(place) has no hour of \(outlet) in \(options.period.text)\n")
                return .failed
            }
            let lines = report.table(in: language ?? configuration.gateway.language).map { $0 + "\n" }
            try Console.output(arguments.has("json") ? report.json + [UInt8(ascii: "\n")] : Array(lines.joined().utf8))
            return .good
        } catch {
            Console.error("gatewayd report: \(error)\n")
            return .failed
        }
    }

    /// Neither the configuration nor an hour of the period knows the outlet.
    private static func unknown(
        _ outlet: String, _ configuration: GatewayConfiguration, isJournal: Bool
    ) throws -> StartError {
        if isJournal { return try FormerNames(configuration).unknown(outlet, .hour) }
        let names = configuration.outlets.map(\.id)
        let hint = nearestName(to: outlet, among: names).map { "did you mean \($0)?" }
        return StartError(
            description: "no outlet '\(outlet)' (\(hint ?? "there are \(names.joined(separator: ", "))"))")
    }

    private static func period(_ arguments: Arguments) throws(UsageError) -> ReportPeriod {
        switch (arguments.value("month"), arguments.value("year")) {
        case (let text?, nil):
            guard let period = ReportPeriod(month: text) else { throw UsageError("--month \(text): write 2026-11") }
            return period
        case (nil, let text?):
            guard let period = ReportPeriod(year: text) else { throw UsageError("--year \(text): write 2026") }
            return period
        default: throw UsageError("give exactly one of --month and --year")
        }
    }

    /// Nil when a line is no record; all such lines are told.
    private static func hours(
        of outlet: String, inFile path: String, _ options: ReportOptions
    ) throws(SystemError) -> ReportHours? {
        let input = try Files.openForReading(path == "-" ? nil : path)
        let name = path == "-" ? "standard input" : path
        var stream = HourRecordStream(outlet: outlet)
        var hours = ReportHours(period: options.period, substituting: options.isSubstituting)
        while true {
            let block = try readChunk(of: input.raw, limit: 1 << 20, name: name)
            for hour in block.isEmpty ? stream.finish() : stream.feed(block) { hours.take(hour) }
            if block.isEmpty { break }
        }
        for bad in stream.reported { Console.error("\(name):\(bad.number): \(bad.message)\n") }
        guard stream.badLines > 0 else { return hours }
        Console.error("gatewayd report: \(stream.badLines) lines are no records; the first are above\n")
        return nil
    }

    private static func hours(
        of outlet: String, inJournal directory: String, _ options: ReportOptions
    ) throws -> ReportHours? {
        try Files.requireJournal(in: directory)
        let reader = try JournalReader(directory: directory)
        let head = try reader.head()
        let bounds = options.period.bounds(substituting: options.isSubstituting)
        var hours = ReportHours(period: options.period, substituting: options.isSubstituting)
        var after: Int64 = 0
        while after < head {
            let page = try reader.read(after: after, through: head, kinds: .only(["hour"]), limit: 1_024)
            for row in page.rows where row.outlet == outlet && bounds.contains(row.timestamp) {
                do throws(HourRecord.Problem) {
                    if let hour = try HourRecord(json: row.body) { hours.take(hour) }
                } catch {
                    Console.error("gatewayd report: record \(row.sequence) of the journal: \(error.message)\n")
                    return nil
                }
            }
            after = page.through
        }
        return hours
    }
}
