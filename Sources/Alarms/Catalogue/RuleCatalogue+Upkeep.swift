import Telemetry

extension RuleCatalogue {
    /// Maintenance, marks, power.
    static let upkeep: [RuleDefinition] = [
        RuleDefinition(
            RuleSettings(.parameterChanged, severity: .alarm, closing: .byAcknowledgement),
            title: ("parameter of the instrument changed", "仪表参数变更"),
            sentence: (
                "{where} {parameter} is {after}, registered is {before}",
                "{where} 参数 {parameter} 为 {after}，备案值为 {before}"
            ),
            advice: ("Find out who changed it and why; then acknowledge.", "查明何人因何变更，然后确认。")),
        RuleDefinition(
            RuleSettings(.gatewayEvent, severity: .info, closing: .atOnce),
            title: ("event of the gateway", "网关事件"),
            sentence: ("{where}: {reason}", "{where}：{reason}"),
            advice: ("Nothing, if it was intended.", "若为计划内操作则无需处理。")),
        RuleDefinition(
            RuleSettings(.longOutage, severity: .warning, repeatInterval: .hours(24)),
            title: ("maintenance or fault lasts long", "维护或故障时间过长"),
            sentence: (
                "{where} is {reason} for {length}[: {parameter}]", "{where} {reason}已 {length}[：{parameter}]"
            ),
            advice: (
                "Report a fault within 12 h, repair within 5 working days, sample by hand meanwhile.",
                "故障 12 小时内上报，5 个工作日内修复，期间手工监测。"
            )),
        RuleDefinition(
            RuleSettings(.exemption, severity: .info),
            title: ("exemption used up", "豁免时间将用尽"),
            sentence: (
                "{where} {parameter}: {amount} of {limit} used, {share} %",
                "{where} {parameter} 已用 {amount}，限额 {limit}，占 {share} %"
            ),
            advice: ("Plan starts, stops and repairs for the rest of the period.", "安排余下时段的启停和检修。")),
        RuleDefinition(
            RuleSettings(
                .treatmentOff, severity: .alarm, onDelay: .minutes(5), offDelay: .minutes(1), repeatInterval: .hours(1)),
            title: ("production without treatment", "生产时治理设施未运行"),
            sentence: ("{where}: {device} runs, {other} does not", "{where} {device} 在生产，{other} 未运行"),
            advice: ("Start the treatment or stop production.", "启动治理设施或停止生产。")),
        RuleDefinition(
            RuleSettings(.treatmentLate, severity: .warning),
            title: ("treatment started late", "治理设施启动滞后"),
            sentence: ("{where}: {other} started {length} after {device}", "{where} {other} 比 {device} 晚启动 {length}"),
            advice: ("Start the treatment first.", "应先启动治理设施。")),
        RuleDefinition(
            RuleSettings(.treatmentStoppedEarly, severity: .warning),
            title: ("treatment stopped early", "治理设施提前停运"),
            sentence: (
                "{where}: {other} stopped {length} after the end of {device}, {needed} are due",
                "{where} {device} 停产后 {other} 仅运行 {length}即停，应运行 {needed}"
            ),
            advice: ("Let the treatment run on until the gas is gone.", "停产后治理设施应继续运行至排净。")),
        RuleDefinition(
            RuleSettings(
                .productionForbidden, severity: .alarm, onDelay: .minutes(15), offDelay: .minutes(5),
                repeatInterval: .hours(1)),
            title: ("production against an order", "违反错峰或应急要求生产"),
            sentence: (
                "{where}: {device} runs[ at {value} % load], {limit} % are allowed[ ({source})]",
                "{where} {device} 在生产[，负荷 {value} %]，允许 {limit} %[（{source}）]"
            ),
            advice: ("Stop or lower production as ordered.", "按要求停产或限产。")),
        RuleDefinition(
            RuleSettings(.markConflict, severity: .alarm, onDelay: .minutes(10), offDelay: .minutes(5)),
            title: ("mark contradicts the meters", "标记与用电不符"),
            sentence: ("{where} is marked {reason}, but {device} {other}", "{where} 标记为{reason}，但 {device} {other}"),
            advice: ("Correct the mark; a false one is an offence.", "更正标记；虚假标记属违法。")),
        RuleDefinition(
            RuleSettings(.bypassOpen, severity: .critical, offDelay: .minutes(1), repeatInterval: .hours(1)),
            title: ("bypass open during production", "生产时旁路开启"),
            sentence: ("{where}: bypass {device} is open while {other} runs", "{where} {other} 生产时旁路 {device} 开启"),
            advice: ("Close the bypass, report, and note the cause.", "关闭旁路，上报并记录原因。")),
    ]
}
