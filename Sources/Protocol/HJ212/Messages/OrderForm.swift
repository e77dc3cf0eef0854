package import Telemetry

/// Why words are no order. The message says what is missing or wrong and what is expected; it never shows a secret.
package struct OrderError: BilingualError, Hashable {
    package let text: BilingualText

    package init(_ en: String, zh: String) { text = BilingualText(en, zh: zh) }
}

/// An order to an HJ 212 device as people give it: a name and arguments.
package struct OrderForm: Sendable {
    /// One argument, given as `NAME=VALUE`.
    package struct Argument: Hashable, Sendable {
        package let name: String
        package let isRequired: Bool
        /// What it means, with an example.
        package let meaning: BilingualText
    }

    package let name: String
    package let arguments: [Argument]
    package let summary: BilingualText
    fileprivate let build: @Sendable (OrderArguments) throws(OrderError) -> HostRequest

    /// Every order, in the order of their commands. Source: HJ 212-2017, table 9; HJ 212-2025 for those that say so.
    package static let all: [OrderForm] = parameterForms + dataForms + controlForms

    /// Arguments whose values nobody is to see.
    package static let secretArguments = ["password", "key"]

    /// The request that `name` with `arguments` is.
    package static func request(
        _ name: String, _ arguments: [(name: String, value: String)]
    ) throws(OrderError) -> HostRequest {
        guard let form = all.first(where: { $0.name == name }) else {
            let near = nearestName(to: name, among: all.map(\.name))
            throw OrderError(
                "there is no order '\(name)'\(near.map { " (did you mean \($0)?)" } ?? "")",
                zh: "没有命令“\(name)”\(near.map { "（是不是 \($0)？）" } ?? "")")
        }
        var values: [String: String] = [:]
        for (argument, value) in arguments {
            guard form.arguments.contains(where: { $0.name == argument }) else {
                let known = form.arguments.map(\.name).joined(separator: ", ")
                throw OrderError(
                    "\(name) knows no '\(argument)'; "
                        + (known.isEmpty ? "it takes nothing" : "it takes \(known)"),
                    zh: "\(name) 没有参数“\(argument)”；" + (known.isEmpty ? "它不带参数" : "可用 \(known)"))
            }
            guard values.updateValue(value, forKey: argument) == nil else {
                throw OrderError("\(argument) is given twice", zh: "\(argument) 给出了两次")
            }
        }
        for argument in form.arguments where argument.isRequired && values[argument.name] == nil {
            throw OrderError(
                "\(name) needs \(argument.name)=… (\(argument.meaning.en))",
                zh: "\(name) 需要 \(argument.name)=…（\(argument.meaning.zh)）")
        }
        return try form.build(OrderArguments(values: values))
    }
}

/// The arguments of an order, by name.
struct OrderArguments {
    let values: [String: String]

    func text(_ name: String) -> FieldText { FieldText(values[name] ?? "") }

    func optional(_ name: String) -> FieldText? { values[name].map { FieldText($0) } }

    func number(_ name: String) throws(OrderError) -> Int {
        guard let number = text(name).integer else { throw wrong(name, .init("a whole number", zh: "整数")) }
        return number
    }

    func time(_ name: String) throws(OrderError) -> CivilTime {
        let digits = (values[name] ?? "").filter { $0.isASCII && $0.isNumber }
        // The seconds, or the time of day, may be left out.
        let padded = digits + String(repeating: "0", count: max(0, 14 - digits.utf8.count))
        guard [8, 10, 12, 14].contains(digits.utf8.count), let time = CivilTime(compact: padded.utf8) else {
            throw wrong(name, .init("a time such as 2026-11-21T08:00", zh: "时间，如 2026-11-21T08:00"))
        }
        return time
    }

    func timeOfDay(_ name: String) throws(OrderError) -> TimeOfDay {
        let digits = Array((values[name] ?? "").utf8).filter { $0 != UInt8(ascii: ":") }
        let parts = stride(from: 0, to: digits.count, by: 2).map { FieldText(digits[$0..<min($0 + 2, digits.count)]) }
        let numbers = parts.compactMap(\.integer)
        guard digits.count == 6, numbers.count == 3, numbers[0] < 24, numbers[1] < 60, numbers[2] < 60
        else { throw wrong(name, .init("a time of day such as 080000", zh: "时刻，如 080000")) }
        return TimeOfDay(hour: numbers[0], minute: numbers[1], second: numbers[2])
    }

    func list(_ name: String) -> [String] { (values[name] ?? "").split(separator: ",").map(String.init) }

    func whole(_ text: String) throws(OrderError) -> Int {
        guard let number = FieldText(text).integer else {
            throw OrderError("'\(text)': expected a whole number", zh: "“\(text)”：应为整数")
        }
        return number
    }

    func range() throws(OrderError) -> TimeRange { TimeRange(begin: try time("from"), end: try time("to")) }

    func choice<Value>(_ name: String, _ choices: [(String, Value)]) throws(OrderError) -> Value? {
        guard let text = values[name] else { return nil }
        guard let choice = choices.first(where: { $0.0 == text }) else {
            let names = choices.map(\.0)
            throw wrong(
                name,
                .init("one of " + names.joined(separator: ", "), zh: names.joined(separator: "、") + " 之一"))
        }
        return choice.1
    }

    private func wrong(_ name: String, _ expected: BilingualText) -> OrderError {
        OrderError(
            "\(name)=\(values[name] ?? ""): expected \(expected.en)",
            zh: "\(name)=\(values[name] ?? "")：应为\(expected.zh)")
    }
}

extension OrderForm {
    private typealias Build = @Sendable (OrderArguments) throws(OrderError) -> HostRequest

    private static let factor = Argument(
        name: "factor", isRequired: true, meaning: .init("a factor code, as w01018", zh: "因子编码，如 w01018"))
    private static let anyFactor = Argument(
        name: "factor", isRequired: false,
        meaning: .init("a factor code: of its analyser instead of the logger", zh: "因子编码：针对其分析仪而不是数采仪"))
    private static let info = Argument(
        name: "info", isRequired: true, meaning: .init("an information code, as i11001", zh: "信息编码，如 i11001"))
    private static let from = Argument(
        name: "from", isRequired: true,
        meaning: .init("the first interval, as 2026-11-21T08:00", zh: "第一个时段，如 2026-11-21T08:00"))
    private static let to = Argument(
        name: "to", isRequired: true,
        meaning: .init("the last interval, as 2026-11-21T09:00", zh: "最后一个时段，如 2026-11-21T09:00"))

    private static func required(_ name: String, _ meaning: String, zh: String) -> Argument {
        Argument(name: name, isRequired: true, meaning: BilingualText(meaning, zh: zh))
    }

    private static func form(
        _ name: String, _ arguments: [Argument] = [], _ en: String, _ zh: String, _ build: @escaping Build
    ) -> OrderForm {
        OrderForm(name: name, arguments: arguments, summary: BilingualText(en: en, zh: zh), build: build)
    }

    private static let parameterForms: [OrderForm] = [
        form(
            "set-timeouts",
            [
                required("seconds", "time-out, 1 to 99", zh: "超时时间，1 到 99 秒"),
                required("resends", "1 to 99", zh: "1 到 99 次"),
            ],
            "time-out and resends (1000)", "设置超时时间及重发次数（1000）"
        ) { words throws(OrderError) in
            .setTimeouts(overTime: try words.number("seconds"), reCount: try words.number("resends"))
        },
        form("read-time", [anyFactor], "read the clock (1011)", "提取现场机时间（1011）") { words throws(OrderError) in
            .getTime(factor: words.optional("factor"))
        },
        form(
            "set-time", [anyFactor], "set the clock to the gateway's time (1012)", "将现场机时间设为网关时间（1012）"
        ) { words throws(OrderError) in
            .setTime(CivilTime(year: 1970, month: 1, day: 1), factor: words.optional("factor"))
        },
        form(
            "set-key", [required("key", "the new SM4 key, 16 characters", zh: "新的 SM4 密钥，16 个字符")],
            "give a new SM4 key (1014, 2025)",
            "更换SM4密钥（1014，2025版）"
        ) { words throws(OrderError) in
            guard words.text("key").bytes.count == 16 else {
                throw OrderError("an SM4 key has 16 characters", zh: "SM4 密钥为 16 个字符")
            }
            return .setKey(createdAt: CivilTime(year: 1970, month: 1, day: 1), Secret(words.text("key")))
        },
        form("read-realtime-interval", "read the realtime interval (1061)", "提取实时数据间隔（1061）") {
            _ throws(OrderError) in .getRealtimeInterval
        },
        form(
            "set-realtime-interval", [required("seconds", "30 to 3600", zh: "30 到 3600 秒")],
            "set the realtime interval (1062)",
            "设置实时数据间隔（1062）"
        ) { words throws(OrderError) in .setRealtimeInterval(seconds: try words.number("seconds")) },
        form("read-minute-interval", "read the minute interval (1063)", "提取分钟数据间隔（1063）") {
            _ throws(OrderError) in .getMinuteInterval
        },
        form(
            "set-minute-interval",
            [required("minutes", "1 2 3 4 5 6 10 12 15 20 30", zh: "可用 1 2 3 4 5 6 10 12 15 20 30")],
            "set the minute interval (1064)", "设置分钟数据间隔（1064）"
        ) { words throws(OrderError) in .setMinuteInterval(minutes: try words.number("minutes")) },
        form(
            "read-limits", [required("factors", "codes, as 101,102", zh: "编码，如 101,102")],
            "read alarm limits (1021, 2005)",
            "提取污染物报警门限值（1021，2005版）"
        ) { words throws(OrderError) in .getAlarmLimits(factors: words.list("factors").map { FieldText($0) }) },
        form(
            "set-password", [required("password", "the new password, 6 characters", zh: "新密码，6 个字符")],
            "set the password (1072)",
            "设置访问密码（1072）"
        ) { words throws(OrderError) in .setPassword(Secret(words.text("password"))) },
    ]

    private static let dataForms: [OrderForm] = [
        form("start-realtime", "start realtime data (2011)", "开始上传实时数据（2011）") { _ throws(OrderError) in
            .startRealtime
        },
        form("stop-realtime", "stop realtime data (2012)", "停止上传实时数据（2012）") { _ throws(OrderError) in
            .stopRealtime
        },
        form("start-state", "start equipment state (2021)", "开始上传设备运行状态（2021）") { _ throws(OrderError) in
            .startEquipmentState
        },
        form("stop-state", "stop equipment state (2022)", "停止上传设备运行状态（2022）") { _ throws(OrderError) in
            .stopEquipmentState
        },
        form(
            "history",
            [
                required(
                    "record", "minute, hour, day, running-hours, alarms, periodic or standard-checks",
                    zh: "可用 minute、hour、day、running-hours、alarms、periodic、standard-checks"), from, to,
            ],
            "ask for recorded data (2051, 2061, 2031, …)", "取历史数据（2051、2061、2031等）"
        ) { words throws(OrderError) in
            let records: [(String, HostRequest.Record)] = [
                ("minute", .minute), ("hour", .hour), ("day", .day), ("running-hours", .runningHours),
                ("alarms", .alarms), ("periodic", .periodic), ("standard-checks", .standardChecks),
            ]
            return .records(try words.choice("record", records) ?? .minute, try words.range())
        },
    ]

    private static let controlForms: [OrderForm] = [
        form(
            "calibrate",
            [
                factor,
                Argument(
                    name: "kind", isRequired: false,
                    meaning: .init("zero or span; 2025 wants one of them", zh: "zero（零点）或 span（量程）；2025 版必须给出")),
            ],
            "calibrate zero and span (3011)", "零点校准量程校准（3011）"
        ) { words throws(OrderError) in
            let kinds: [(String, HostRequest.Calibration)] = [("zero", .zero), ("span", .span)]
            return .calibrate(factor: words.text("factor"), try words.choice("kind", kinds))
        },
        form("sample", [factor], "sample now (3012)", "即时采样（3012）") { words throws(OrderError) in
            .sampleNow(factor: words.text("factor"))
        },
        form("clean", [anyFactor], "clean or blow back (3013)", "启动清洗/反吹（3013）") { words throws(OrderError) in
            .clean(factor: words.optional("factor"))
        },
        form("compare", [factor], "sample for comparison (3014, 2017)", "比对采样（3014，2017版）") {
            words throws(OrderError) in .compare(factor: words.text("factor"))
        },
        form("keep-sample", "keep an over-limit sample (3015, 2017)", "超标留样（3015，2017版）") {
            _ throws(OrderError) in .keepSample
        },
        form(
            "set-sampling",
            [
                factor, required("start", "time of day of the first sample, hhmmss", zh: "首次采样的时刻，hhmmss"),
                required("hours", "between samples, 1 to 24", zh: "采样间隔，1 到 24 小时"),
            ],
            "set the sampling period (3016, 2017)", "设置采样时间周期（3016，2017版）"
        ) { words throws(OrderError) in
            .setSamplingPeriod(
                factor: words.text("factor"), start: try words.timeOfDay("start"), hours: try words.number("hours"))
        },
        form(
            "set-sampling-hours", [factor, required("hours", "as 4,10,14,16", zh: "如 4,10,14,16")],
            "set the hours of sampling (3014, 2005)",
            "设置采样时间（3014，2005版）"
        ) { words throws(OrderError) in
            var hours: [Int] = []
            for text in words.list("hours") { hours.append(try words.whole(text)) }
            return .setSamplingHours(factor: words.text("factor"), hours)
        },
        form("read-sampling", [factor], "read the sampling period (3017, 2017)", "提取采样时间周期（3017，2017版）") {
            words throws(OrderError) in .getSamplingPeriod(factor: words.text("factor"))
        },
        form("read-measuring-time", [factor], "read the measuring time (3018)", "提取出样时间（3018）") {
            words throws(OrderError) in .getMeasuringTime(factor: words.text("factor"))
        },
        form("identify", [factor], "read the analyser's identity (3019)", "提取设备唯一标识（3019）") {
            words throws(OrderError) in .getAnalyserIdentity(factor: words.text("factor"))
        },
        form(
            "read-info",
            [
                info, anyFactor, Argument(name: "from", isRequired: false, meaning: .init("for logs", zh: "用于日志")),
                Argument(name: "to", isRequired: false, meaning: .init("for logs", zh: "用于日志")),
            ], "read a log, state or parameter (3020)", "提取现场机信息（3020）"
        ) { words throws(OrderError) in
            let range = words.values["from"] == nil && words.values["to"] == nil ? nil : try words.range()
            return .getDeviceInformation(factor: words.optional("factor"), info: words.text("info"), range)
        },
        form(
            "set-info", [info, required("value", "the new value", zh: "新的值"), anyFactor], "set a parameter (3021)",
            "设置现场机参数（3021）"
        ) { words throws(OrderError) in
            .setParameter(factor: words.optional("factor"), info: words.text("info"), value: words.text("value"))
        },
        form("keep-sample-now", [factor], "take and keep a sample (3022, 2025)", "即时留样（3022，2025版）") {
            words throws(OrderError) in .keepSampleNow(factor: words.text("factor"))
        },
        form("standard-check", [factor], "check with a standard sample (3024, 2025)", "启动标样核查（3024，2025版）") {
            words throws(OrderError) in .startStandardCheck(factor: words.text("factor"))
        },
    ]
}

extension OrderForm {
    fileprivate static func form(
        _ name: String, _ en: String, _ zh: String,
        _ build: @escaping @Sendable (OrderArguments) throws(OrderError) -> HostRequest
    ) -> OrderForm {
        OrderForm(name: name, arguments: [], summary: BilingualText(en: en, zh: zh), build: build)
    }
}
