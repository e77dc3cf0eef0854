import Protocol
import Telemetry

/// The sentences about data of instruments that are not used, or not as they stand.
extension BilingualText {
    static func unwanted(_ codes: [String], isCut: Bool, wanted: [String]) -> BilingualText {
        let (codes, wanted) = (CodeText.list(codes, isCut: isCut), CodeText.list(wanted))
        return BilingualText(
            en: "sends \(codes), which no factor takes; wanted: \(wanted)",
            zh: "上传的 \(codes) 没有因子取用；需要：\(wanted)")
    }

    static func oldRealtime(_ codes: [String], dataTime: CivilTime, age: Duration, allowed: Duration) -> BilingualText {
        let codes = CodeText.list(codes)
        // Not less than it is: what is too old by a fraction of a second would look right.
        let age = Duration.seconds((age.wholeMilliseconds + 999) / 1_000)
        return BilingualText(
            en: "\(codes) not used: the 2011 of \(dataTime.compact) was \(age.seconds) s old when it was sent; "
                + "wanted: at most \(allowed.readable) (`realtime_age`)",
            zh: "\(codes) 未使用：\(dataTime.compact) 的 2011 发送时已过 \(age.seconds) 秒；"
                + "要求不超过 \(allowed.readable)（`realtime_age`）")
    }

    static func withoutNumber(_ name: String, code: String) -> BilingualText {
        BilingualText(
            en: "\(name) not used: 2011 has no number of it; wanted: \(code)-Rtd with a number",
            zh: "\(name) 未使用：2011 没有它的数值；要求 \(code)-Rtd 为数字")
    }

    /// The record has the flag, so nothing is lost.
    static func flagged(_ name: String, _ flag: DataFlag) -> BilingualText {
        BilingualText(
            en: "\(name) has no number, flag \(flag.text)", zh: "\(name) 没有数值，标记 \(flag.text)")
    }

    /// The record has number and flag.
    static func unusable(_ name: String, _ flag: DataFlag) -> BilingualText {
        BilingualText(en: "\(name) has \(flag.words.en)", zh: "\(name) 带\(flag.words.zh)")
    }

    static func doubled(_ code: String, of other: String) -> BilingualText {
        BilingualText(
            en: "\(code) not used: it is \(other) in the other edition, which comes too and is taken; wanted: one of "
                + "the two",
            zh: "\(code) 未使用：它是另一版本的 \(other)，后者同时上传并已取用；两者取一即可")
    }

    static let unreadableTime = BilingualText(
        en: "2011 has no DataTime that can be read, its data are taken as of their arrival; wanted: 14 digits",
        zh: "2011 没有可识别的 DataTime，按到达时间取用；要求 14 位数字")

    static func futureTime(_ dataTime: CivilTime) -> BilingualText {
        BilingualText(
            en: "DataTime \(dataTime.compact) of 2011 is later than its QN, its data are taken as of their arrival; "
                + "wanted: the time of measurement",
            zh: "2011 的 DataTime \(dataTime.compact) 晚于其 QN，按到达时间取用；要求测量时间")
    }

    static func withoutTime(_ kind: HJ212Upload.Kind, _ codes: [String]) -> BilingualText {
        let (codes, command) = (CodeText.list(codes), kind.command.rawValue)
        return BilingualText(
            en: "\(codes) not used: \(command) without a DataTime; wanted: 14 digits",
            zh: "\(codes) 未使用：\(command) 没有 DataTime；要求 14 位数字")
    }

    static func unfinished(
        _ kind: HJ212Upload.Kind, _ codes: [String], _ dataTime: CivilTime, isStampedWithEnd: Bool
    ) -> BilingualText {
        let (codes, command, time) = (CodeText.list(codes), kind.command.rawValue, dataTime.compact)
        if isStampedWithEnd {
            return BilingualText(
                en: "\(codes) not used: the period of \(command) \(time) ends later than now; wanted: the end of a "
                    + "period that is over (`stamps: end`)",
                zh: "\(codes) 未使用：\(command) \(time) 的时段晚于当前时间结束；要求已结束时段的结束时间（`stamps: end`）")
        }
        return BilingualText(
            en: "\(codes) not used: the period of \(command) \(time) is not over; wanted: the beginning of a period "
                + "that is over, or `stamps: end` if the instrument states the end",
            zh: "\(codes) 未使用：\(command) \(time) 的时段尚未结束；要求已结束时段的开始时间；"
                + "若仪器以结束时间标记，请设 `stamps: end`")
    }

    /// `offset`: what the instrument's clock is off; zero: it is right, or nothing is known of it.
    static func otherPeriod(
        _ kind: HJ212Upload.Kind, _ codes: [String], _ dataTime: CivilTime, _ length: PeriodLength, offset: Duration
    ) -> BilingualText {
        let (codes, command, time) = (CodeText.list(codes), kind.command.rawValue, dataTime.compact)
        let length = length.words
        if offset != .zero {
            let clock = clock(offset)
            return BilingualText(
                en: "\(codes) not used: \(command) \(time) is far from every boundary of \(length.en), as "
                    + "\(clock.en); wanted: a clock that is right (`set_time`)",
                zh: "\(codes) 未使用：\(command) \(time) 与\(length.zh)的边界相差较大，因\(clock.zh)；"
                    + "请校准仪器时钟（`set_time`）")
        }
        return BilingualText(
            en: "\(codes) not used: \(command) \(time) is no boundary of \(length.en); wanted: means of whole periods",
            zh: "\(codes) 未使用：\(command) \(time) 不是\(length.zh)的边界；要求整时段均值")
    }

    static func closedPeriod(_ kind: HJ212Upload.Kind, _ codes: [String], _ dataTime: CivilTime) -> BilingualText {
        let (codes, command, time) = (CodeText.list(codes), kind.command.rawValue, dataTime.compact)
        return BilingualText(
            en: "\(codes) not used: \(command) \(time) is of a period that is recorded already, or of before the "
                + "gateway's records; wanted: it once, soon after its end",
            zh: "\(codes) 未使用：\(command) \(time) 的时段已有记录，或早于网关的记录；要求结束后不久上传一次")
    }

    static func withoutMean(_ kind: HJ212Upload.Kind, _ code: String, _ dataTime: CivilTime) -> BilingualText {
        let (command, time) = (kind.command.rawValue, dataTime.compact)
        return BilingualText(
            en: "\(code) not used: \(command) \(time) has no Avg of it; wanted: \(code)-Avg",
            zh: "\(code) 未使用：\(command) \(time) 没有它的 Avg；要求 \(code)-Avg")
    }

    static func oddSampleTime(_ code: String, _ sampleTime: CivilTime) -> BilingualText {
        BilingualText(
            en: "\(code)-SampleTime \(sampleTime.compact) cannot be when it was sampled, the time of arrival is taken; "
                + "wanted: a time before the upload's own",
            zh: "\(code)-SampleTime \(sampleTime.compact) 不可能是采样时间，按到达时间计；要求早于报文自身时间")
    }

    static func lateResult(_ code: String, _ sampleTime: CivilTime) -> BilingualText {
        BilingualText(
            en: "\(code) sampled at \(sampleTime.compact) not used: its hour is recorded already; wanted: the result "
                + "before that (`hour_close_delay`)",
            zh: "\(code) 采样时间 \(sampleTime.compact) 的结果未使用：该小时已有记录；要求在此之前上传（`hour_close_delay`）")
    }

    static func contradiction(_ code: String, _ time: CivilTime) -> BilingualText {
        BilingualText(
            en: "\(code) of \(time.compact) not used: another number was taken under this time; wanted: a new time "
                + "for each datum",
            zh: "\(code) 时间 \(time.compact) 的数据未使用：同一时间已取另一数值；要求每个数据有新的时间")
    }

    static func command(_ command: CommandCode) -> BilingualText {
        let (name, isAcknowledged) = (name(of: command), command.hostAnswer != nil)
        return BilingualText(
            en: "\(name.en) is \(isAcknowledged ? "acknowledged and " : "")not used; wanted: 2011, 2051, 2061 or 2031",
            zh: "\(name.zh) \(isAcknowledged ? "已应答但" : "")未使用；需要：2011、2051、2061 或 2031")
    }

    static func repeated(_ command: CommandCode) -> BilingualText {
        BilingualText(
            en: "it repeats a \(command.rawValue) that was taken already; wanted: a new QN and DataTime for new data",
            zh: "重复上传已取用的 \(command.rawValue)；新数据要求新的 QN 和 DataTime")
    }

    static func withoutMeasurements(_ command: CommandCode?) -> BilingualText {
        let name = command.map { self.name(of: $0) }
        return BilingualText(
            en: "its frames hold no measurements\(name.map { "; the last is \($0.en)" } ?? "")",
            zh: "其报文不含测量数据\(name.map { "；最近一条为 \($0.zh)" } ?? "")")
    }

    static func quiet(after unused: BilingualText?) -> BilingualText {
        BilingualText(
            en: "nothing more comes from it\(unused.map { "; before that: \($0.en)" } ?? "")",
            zh: "此后未再收到数据\(unused.map { "；此前：\($0.zh)" } ?? "")")
    }

    /// `2021 (equipment states)`.
    private static func name(of command: CommandCode) -> BilingualText {
        let number = String(command.rawValue)
        let meaning =
            (Vocabulary.command.meanings(number, in: .hj2017).last
            ?? Vocabulary.command.meaning(number, in: .hj2017))?.text
        return BilingualText(
            en: number + (meaning.map { " (\($0.en))" } ?? ""), zh: number + (meaning.map { "（\($0.zh)）" } ?? ""))
    }

    static let furtherCommands = BilingualText(
        en: "further commands are acknowledged and not used", zh: "还有其他命令已应答但未使用")

    static func translated(_ code: String, to other: String, units: (received: String, recorded: String)?)
        -> BilingualText
    {
        let caution = units.map { units in
            BilingualText(
                en: "; the edition of 2005 counts it in \(units.received), records in \(units.recorded): "
                    + "check `slope`",
                zh: "；2005 版单位为 \(units.received)，记录单位为 \(units.recorded)：请核对 `slope`")
        }
        return BilingualText(
            en: "\(code) is taken as \(other), its code in the other edition\(caution?.en ?? "")",
            zh: "\(code) 按另一版本的编码 \(other) 取用\(caution?.zh ?? "")")
    }

    static func clock(_ offset: Duration) -> BilingualText {
        let seconds = (offset < .zero ? .zero - offset : offset).seconds
        return offset < .zero
            ? BilingualText(en: "its clock is \(seconds) s slow", zh: "仪器时钟慢 \(seconds) 秒")
            : BilingualText(en: "its clock is \(seconds) s fast", zh: "仪器时钟快 \(seconds) 秒")
    }
}

extension Duration {
    fileprivate var seconds: Int64 { (wholeMilliseconds + 500).flooredQuotient(1_000) }
}

extension PeriodLength {
    fileprivate var words: BilingualText {
        switch self {
        case .minutes(let count): BilingualText(en: "\(count) min", zh: " \(count) 分钟时段")
        case .hour: BilingualText(en: "an hour", zh: "小时")
        case .day: BilingualText(en: "a day", zh: "日")
        case .month: BilingualText(en: "a month", zh: "月")
        case .year: BilingualText(en: "a year", zh: "年")
        }
    }
}
