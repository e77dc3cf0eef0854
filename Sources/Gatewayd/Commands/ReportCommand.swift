import Emissions
import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    static let report = Command(
        "report",
        "FILE | --config FILE --outlet ID --month YYYY-MM|--year YYYY [--records FILE|-] [--substitute] [--gwp ar5|ar6] "
            + "[--language en|zh] [--json]",
        summary: BilingualText(
            "Means, masses and capture rates of an outlet over a month, day by day, or over a year, month by month.",
            zh: "排口的月报表（逐日）或年报表（逐月）：均值、排放量、捕集率。"),
        details: BilingualText(
            """
            The report is made of the records of hours, days, months and the year: those of the journal in data_directory, which is
            only read, or with --records JSON lines as `gatewayd replay` and MQTT carry them. Lines of other kinds and outlets are
            passed over. A day, month or year has the numbers of its record; what has none yet is computed of its months, days or
            hours, with the unrounded amounts that the journal keeps beside them.
            Hours between the first and the last record of which there is none are due and missing.
            measured: the amounts of valid hours. --substitute adds a column of its own with what stands in for invalid
            hours: for dust, SO2 and NOx the maximum of earlier valid hours by HJ 75 (max-180, max-720, max-2160, or none where
            the quarter's capture rate is below 75 %), for water the mean of the equally long time before the gap.
            --gwp: the warming potentials for CO2e, ar6 (default) or ar5, where the outlet measures CO2 (a05001), CH4 (a05002)
            or a factor whose configured name contains N2O. CH4 counts 27.9 (ar5: 28), with `fossil: true` 29.8 (ar5: 30).
            Factors that only records have were renamed or removed and come last. An outlet that is not configured any more is
            reported by its records: the usual rules of validity, converted means of the converted hours.
            Means without a record are those of the records' rules over the rounded hours. --language: default that of the configuration.
            Exit code 1: a line that is no record, a journal that cannot be read, no hour in the period.
            """,
            zh: """
                报表由小时、日、月、年记录编制：取自 data_directory 中的日志库（只读），或用 --records 给出 `gatewayd replay`
                和 MQTT 格式的 JSON 行，其他种类和排口的行略过。日、月、年有记录的取记录中的数，尚无记录的由其月、日或小时
                计算，排放量用日志库随记录保存的未修约量累加。首末两条记录之间没有记录的小时，按应得而缺失计。
                实测：有效小时的排放量。--substitute 另加一列，为无效小时的补代量：烟尘、SO2、NOx 按 HJ 75 取此前有效小时的
                最大值（max-180、max-720、max-2160；季度捕集率低于 75 % 时不补），废水取缺失前等长时段的均值。
                --gwp：CO2e 的全球增温潜势，ar6（默认）或 ar5；排口测量 CO2（a05001）、CH4（a05002）或名称含 N2O 的因子时使用。
                CH4 按 27.9 计（ar5 为 28），因子写 `fossil: true` 时按 29.8 计（ar5 为 30）。
                只在记录中有的因子已改名或删除，列在最后。已不在配置中的排口按其记录和通常的有效性规则编制。
                没有记录的均值按记录的规则由修约后的小时值计算。--language：默认为配置中的语言。
                退出码 1：有不是记录的行、日志库无法读取，或该时段没有小时记录。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["config", "outlet", "month", "year", "records", "gwp", "language"],
            flags: ["substitute", "json"], positionals: 1)
        let file = try arguments.configurationFile()
        let outlet = try arguments.required("outlet")
        let options = ReportOptions(
            period: try period(arguments), isSubstituting: arguments.has("substitute"),
            potentials: try arguments.choice("gwp") ?? .ar6)
        let language: Language? = try arguments.choice("language")
        guard let configuration = configuration(file, for: "report") else { return .failed }
        do {
            let file = arguments.value("records")
            let found =
                if let file {
                    try records(of: outlet, inFile: file, options)
                } else {
                    try records(of: outlet, inJournal: configuration.gateway.dataDirectory, options)
                }
            guard let records = found else { return .failed }
            let place = file ?? configuration.gateway.dataDirectory
            guard let plan = ReportPlan(outlet: outlet, of: configuration, recorded: records.recorded) else {
                if file == nil, try FormerNames(configuration).hasRecords(of: outlet) {
                    FormerNames.remark("report", outlet: outlet, noHour(of: outlet, options.period, in: place))
                    return .failed
                }
                throw try unknown(outlet, configuration, isJournal: file == nil)
            }
            if !plan.isConfigured {
                FormerNames.remark(
                    "report", outlet: outlet,
                    BilingualText("reported by its records, with the usual rules of validity", zh: "按其记录和通常的有效性规则编制报表"))
            }
            let report = EmissionReport(plan, records: records, options: options)
            guard !report.isEmpty else {
                Console.failure(noHour(of: outlet, options.period, in: place), of: "report")
                return .failed
            }
            let lines = report.table(in: language ?? configuration.gateway.language).map { $0 + "\n" }
            try Console.output(arguments.has("json") ? report.json + [UInt8(ascii: "\n")] : Array(lines.joined().utf8))
            return .good
        } catch let usage as UsageError {
            throw usage
        } catch {
            Console.failure(error, of: "report")
            return .failed
        }
    }

    /// `place`: a file, `-` or the data directory.
    private static func noHour(of outlet: String, _ period: ReportPeriod, in place: String) -> BilingualText {
        BilingualText(
            "\(BilingualText.input(place).en) has no hour of \(outlet) in \(period.text)",
            zh: "\(BilingualText.input(place).zh) 中没有 \(outlet) 在 \(period.text) 的小时记录")
    }

    /// Neither the configuration nor records know the outlet.
    private static func unknown(
        _ outlet: String, _ configuration: GatewayConfiguration, isJournal: Bool
    ) throws(JournalError) -> UsageError {
        let former = try isJournal ? FormerNames(configuration).outlets(with: .hour) : []
        let known = configuration.outlets.map(\.id) + former
        return UsageError("outlet", outlet, known: known, didYouMean: nearestName(to: outlet, among: known))
    }

    private static func period(_ arguments: Arguments) throws(UsageError) -> ReportPeriod {
        switch (arguments.value("month"), arguments.value("year")) {
        case (let text?, nil):
            guard let period = ReportPeriod(month: text) else {
                throw UsageError("--month \(text): write 2026-11", zh: "--month \(text)：请写成 2026-11")
            }
            return period
        case (nil, let text?):
            guard let period = ReportPeriod(year: text) else {
                throw UsageError("--year \(text): write 2026", zh: "--year \(text)：请写成 2026")
            }
            return period
        default: throw UsageError("give exactly one of --month and --year", zh: "--month 和 --year 应给出其中一个")
        }
    }

    /// Nil when a line is no record; all such lines are told.
    private static func records(
        of outlet: String, inFile path: String, _ options: ReportOptions
    ) throws(SystemError) -> ReportRecords? {
        let input = try Files.openForReading(path == "-" ? nil : path)
        let name = BilingualText.input(path)
        var text = TextInput(input.raw, name: name.en)
        var stream = PeriodRecordStream(outlet: outlet)
        var records = ReportRecords(period: options.period, substituting: options.isSubstituting)
        while true {
            let block = try text.next(limit: 1 << 20)
            for record in block.isEmpty ? stream.finish() : stream.feed(block) { records.take(record) }
            if block.isEmpty { break }
        }
        for bad in stream.reported {
            Console.error(name + ":\(bad.number): " + bad.message + "\n")
        }
        guard stream.badLines > 0 else { return records }
        Console.failure(
            BilingualText(
                "\(stream.badLines) lines are no records; the first are above",
                zh: "有 \(stream.badLines) 行不是记录，上面列出的是最先的几行"),
            of: "report")
        return nil
    }

    private static func records(
        of outlet: String, inJournal directory: String, _ options: ReportOptions
    ) throws -> ReportRecords? {
        try Files.requireJournal(in: directory)
        let reader = try JournalReader(directory: directory)
        let head = try reader.head()
        let bounds = options.period.bounds(substituting: options.isSubstituting)
        let kinds = KindFilter.only(Set(PeriodRecord.kinds.map(\.rawValue)))
        var records = ReportRecords(period: options.period, substituting: options.isSubstituting)
        var after: Int64 = 0
        while after < head {
            let page = try reader.read(after: after, through: head, kinds: kinds, limit: 1_024, unrounded: true)
            for row in page.rows where row.outlet == outlet && bounds.contains(row.timestamp) {
                do throws(PeriodRecord.Problem) {
                    let unrounded = row.unrounded.flatMap(UnroundedAmounts.init(text:))
                    guard let record = try PeriodRecord(json: row.body, unrounded: unrounded) else { continue }
                    records.take(record)
                    for code in record.misfits.sorted() { remark(misfit: code, of: row.sequence) }
                } catch {
                    Console.failure(
                        BilingualText("record \(row.sequence) of the journal: ", zh: "日志库中编号为 \(row.sequence) 的记录：")
                            + error.text, of: "report")
                    return nil
                }
            }
            after = page.through
        }
        return records
    }

    /// Tells of an amount beside a record that somebody altered.
    private static func remark(misfit code: String, of sequence: Int64) {
        Console.error(
            BilingualText(
                "record \(sequence): the unrounded amount of \(code) is not what the record prints; the printed one counts\n",
                zh: "记录 \(sequence)：\(code) 的未修约量与记录中的数不符，按记录中的数计\n"))
    }
}
