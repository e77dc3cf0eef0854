import Emissions
import GatewayCore
import HostSystem
import Protocol
import Telemetry

extension Command {
    static let replay = Command(
        "replay", "FILE | --config FILE --samples FILE|- [--kinds LIST] [--skip-bad-lines] [--progress]",
        summary: BilingualText(
            "Calculate records from a file of samples, by the samples' own clock.",
            zh: "由样本文件重算记录，以样本自身的时间为准。"),
        details: BilingualText(
            """
            Samples are JSON lines in order of time:
              {"ts":1795227600000,"outlet":"s-1","factor":"a21026","value":12.3,"flag":"N"}
              {"ts":1795227600000,"outlet":"s-1","mark":"St"}
              {"ts":1795227600000,"meter":"mill","value":300}
            ts is in milliseconds since 1970 UTC; flag is N when it is absent; value may be null when flag is not N;
            one instant of a factor is one sample: the first number counts, a second one is reported;
            the meter beside the flow of a factor is the factor w00000.meter;
            mark is the condition of the plant, one of \(names(PlantMark.self));
            meter is one of the section power.
            Records are JSON lines on standard output, numbered from 1, the same bytes for the same input. Nothing is
            written to data_directory and no port is opened.
            A period closes when a sample behind its end comes, or at the end of the input if its samples reach to within
            one sampling interval of its end.
            --kinds writes only records of these kinds, with commas between; the others keep their numbers. There are
            \(names(RecordKind.self)).
            --skip-bad-lines counts and passes over lines that cannot be used; without it the first one ends the work.
            --progress says once a second on standard error how far it is; on a terminal this is the default.
            Exit code 1: a line that cannot be used, a file that cannot be read, a configuration that is not valid.
            """,
            zh: """
                样本为按时间排列的 JSON 行：
                  {"ts":1795227600000,"outlet":"s-1","factor":"a21026","value":12.3,"flag":"N"}
                  {"ts":1795227600000,"outlet":"s-1","mark":"St"}
                  {"ts":1795227600000,"meter":"mill","value":300}
                ts 为 1970 年起的 UTC 毫秒数；不写 flag 即为 N；flag 不是 N 时 value 可为 null；
                同一因子的同一时刻只计一个样本：以第一个数值为准，另一个数值会提示；
                mark 为生产装置的工况：\(names(PlantMark.self))；
                meter 为 power 一节中的电表。
                记录以 JSON 行写到标准输出，编号从 1 开始，同样的输入得到同样的字节。不写 data_directory，不打开任何端口。
                时段在其结束之后的样本到来时关闭；输入结束时，样本已到该时段末尾一个采样间隔之内的也关闭。
                --kinds 只输出这些种类的记录，以逗号分隔，其余种类仍占编号。可用的有
                \(names(RecordKind.self))。
                --skip-bad-lines 跳过无法使用的行并计数；不加时遇到第一行即停止。
                --progress 每秒在标准错误输出进度；在终端上默认开启。
                退出码 1：有无法使用的行、文件无法读取，或配置不可用。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(
            words, options: ["config", "samples", "kinds"], flags: ["progress", "skip-bad-lines"], positionals: 1)
        let file = try arguments.configurationFile()
        let samples = try arguments.required("samples")
        let kinds = try kinds(arguments)
        guard let configuration = configuration(file, for: "replay") else { return .failed }
        do {
            let stream = ReplayStream(
                configuration, zone: try ZoneRules.named(configuration.gateway.timezone), kinds: kinds,
                skipsBadLines: arguments.has("skip-bad-lines"))
            let progress = arguments.has("progress") || Console.errorIsTerminal
            return try replay(samples, through: stream, showsProgress: progress)
        } catch {
            Console.failure(error, of: "replay")
            return .failed
        }
    }

    private static func names<Name: CaseIterable & RawRepresentable<String>>(_ type: Name.Type) -> String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// The configuration in `file`; without one that is valid its problems are printed.
    static func configuration(_ file: String, for command: String) -> GatewayConfiguration? {
        switch ConfigurationFile.load(file) {
        case .failure(let error): Console.failure(error.explained, of: command)
        case .success(let result):
            if let configuration = result.configuration { return configuration }
            for problem in result.problems { Console.error(problem.words + "\n") }
        }
        return nil
    }

    private static func kinds(_ arguments: Arguments) throws(UsageError) -> Set<RecordKind> {
        guard let list = arguments.value("kinds") else { return Set(RecordKind.allCases) }
        var kinds: Set<RecordKind> = []
        for name in list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let kind = RecordKind(rawValue: name) else {
                throw UsageError(
                    "--kinds \(name): there are \(names(RecordKind.self)), with commas between",
                    zh: "--kinds \(name)：可用的有 \(names(RecordKind.self))，以逗号分隔")
            }
            kinds.insert(kind)
        }
        return kinds
    }

    private static func replay(
        _ path: String, through stream: ReplayStream, showsProgress: Bool
    ) throws(SystemError) -> ExitCode {
        let input = try Files.openForReading(path == "-" ? nil : path)
        let name = BilingualText.input(path)
        var text = TextInput(input.raw, name: name.en)
        var stream = stream
        var progress = showsProgress ? ReplayProgress(size: Files.size(of: input), at: SystemClock.uptime) : nil
        var failure: BadSampleLine?
        while failure == nil {
            let block = try text.next(limit: 1 << 20)
            do throws(BadSampleLine) {
                if block.isEmpty { try stream.finish() } else { try stream.feed(block) }
            } catch {
                failure = error
            }
            try Console.output(stream.takeOutput())
            progress?.show(stream, read: block.count, at: SystemClock.uptime)
            if block.isEmpty { break }
        }
        progress?.end(stream, at: SystemClock.uptime)
        for bad in stream.contradicting { Console.error(name + ":" + bad.text + "\n") }
        if stream.contradictions > 0 {
            Console.failure(
                BilingualText(
                    "\(stream.contradictions) samples with another number at the same instant do not count; the first are above",
                    zh: "\(stream.contradictions) 个样本与同一时刻的前一个样本数值不同，不计入；上面列出的是最先的几个"),
                of: "replay")
        }
        for bad in stream.skipped { Console.error(name + ":" + bad.text + "\n") }
        if stream.skippedLines > 0 {
            Console.failure(
                BilingualText(
                    "\(stream.skippedLines) lines passed over; the first are above",
                    zh: "跳过 \(stream.skippedLines) 行，上面列出的是最先的几行"),
                of: "replay")
        }
        guard let failure else { return .good }
        Console.error(name + ":" + failure.text + "\n")
        return .failed
    }
}
