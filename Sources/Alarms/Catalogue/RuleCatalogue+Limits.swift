import Telemetry

extension RuleCatalogue {
    /// Limits, forecasts, totals.
    static let limits: [RuleDefinition] = [
        RuleDefinition(
            RuleSettings(.hourLimit, severity: .alarm, repeatInterval: .hours(4), heldBy: .plant),
            title: ("hour mean above the limit", "小时均值超限"),
            sentence: (
                "{where} hour {quantity}[ {value}][ at least {least}][ {unit}] is above the limit {limit}[ ({source})]",
                "{where} 小时{quantity}[ {value}][ 至少 {least}][ {unit}] 超过限值 {limit}[（{source}）]"
            ),
            advice: (
                "Look at the treatment, report, and note the cause.", "检查治理设施，按规定上报并记录原因。"
            )),
        RuleDefinition(
            RuleSettings(.longLimit, severity: .alarm, repeatInterval: .hours(24), heldBy: .plant),
            title: ("day, month or year mean above the limit", "日、月或年均值超限"),
            sentence: (
                "{where} {statistic} {quantity}[ {value}][ at least {least}][ {unit}] is above the limit {limit}[ ({source})]",
                "{where} {statistic}{quantity}[ {value}][ 至少 {least}][ {unit}] 超过限值 {limit}[（{source}）]"
            ),
            advice: ("Report, and look for what raised the whole period.", "上报，查找整个时段偏高的原因。")),
        RuleDefinition(
            // As of L6: an hour counts in full, so only present values and minutes have to wait.
            RuleSettings(
                .preWarning, severity: .warning, onDelay: .minutes(5), offDelay: .minutes(1), heldBy: .plant),
            title: ("near the limit", "接近限值"),
            sentence: (
                "{where} {statistic} {quantity} {value}[ {unit}] has reached {share} % of the limit {limit}[ ({source})]",
                "{where} {statistic}{quantity} {value}[ {unit}] 达到限值 {limit} 的 {share} %[（{source}）]"
            ),
            advice: ("Act before the limit is reached.", "在超标之前采取措施。")),
        RuleDefinition(
            RuleSettings(.hourForecast, severity: .warning, heldBy: .plant),
            title: ("the running hour is about to exceed the limit", "本小时可能超限"),
            sentence: (
                "{where}[ must average below {allowed} until {until} or the hour exceeds {limit}]"
                    + "[: the hour will exceed {bound} whatever follows][ ({source})]; it is at {value}[ {unit}] now",
                "{where}[ 在 {until} 之前的均值须低于 {allowed}，否则本小时将超过限值 {limit}]"
                    + "[ 无论其后如何，本小时都将超过限值 {bound}][（{source}）]；目前为 {value}[ {unit}]"
            ),
            advice: (
                "Raise the treatment or lower the load before the hour ends.", "在本小时结束前加强治理或降低负荷。"
            )),
        RuleDefinition(
            RuleSettings(.dayForecast, severity: .warning, heldBy: .plant),
            title: ("the running day is about to exceed the limit", "当日可能超限"),
            sentence: (
                "{where}[ must average below {allowed} until {until} or the day exceeds {limit}]"
                    + "[: the day will exceed {bound} whatever follows][ ({source})]; it is at {value}[ {unit}] now",
                "{where}[ 在 {until} 之前的均值须低于 {allowed}，否则当日将超过限值 {limit}]"
                    + "[ 无论其后如何，当日都将超过限值 {bound}][（{source}）]；目前为 {value}[ {unit}]"
            ),
            advice: ("Raise the treatment or lower the load for the rest of the day.", "当日余下时间加强治理或降低负荷。")),
        RuleDefinition(
            RuleSettings(
                .shortLimit, severity: .warning, onDelay: .minutes(5), offDelay: .minutes(1), heldBy: .plant),
            title: ("present value above the limit", "实时值超限"),
            sentence: (
                "{where} {statistic} {quantity}[ {value}][ at least {least}][ {unit}] is above {limit}[ ({source})]",
                "{where} {statistic}{quantity}[ {value}][ 至少 {least}][ {unit}] 高于 {limit}[（{source}）]"
            ),
            advice: ("Look at the process; this alone is no violation.", "检查工况；仅此不构成超标。")),
        RuleDefinition(
            RuleSettings(.lowerLimit, severity: .alarm, onDelay: .minutes(1), offDelay: .minutes(1), heldBy: .plant),
            title: ("below the lower limit", "低于下限"),
            sentence: (
                "{where} {statistic} {quantity} {value}[ {unit}] is below {limit}[ ({source})]",
                "{where} {statistic}{quantity} {value}[ {unit}] 低于 {limit}[（{source}）]"
            ),
            advice: ("Look at the process, the reagent feed or the instrument.", "检查工况、药剂投加或仪表。")),
        RuleDefinition(
            RuleSettings(.quota, severity: .warning, repeatInterval: .hours(24)),
            title: ("permitted amount nearly used", "许可排放量将用尽"),
            sentence: (
                "{where} has emitted {amount}[ {unit}], {share} % of {limit} for the {period}[ ({source})]"
                    + "[; at this rate it is used up on {date}]",
                "{where} {period}已排放 {amount}[ {unit}]，为许可量 {limit} 的 {share} %[（{source}）]"
                    + "[；按此速度将于 {date} 用尽]"
            ),
            advice: ("Plan the load for the rest of the period.", "安排余下时段的生产负荷。")),
        RuleDefinition(
            RuleSettings(.seasonQuota, severity: .warning, repeatInterval: .hours(24)),
            title: ("season's or response's amount nearly used", "季节或应急时段总量将用尽"),
            sentence: (
                "{where} has emitted {amount}[ {unit}], {share} % of {limit} for the {period}[ ({source})]"
                    + "[; at this rate it is used up on {date}]",
                "{where} {period}已排放 {amount}[ {unit}]，为总量 {limit} 的 {share} %[（{source}）]"
                    + "[；按此速度将于 {date} 用尽]"
            ),
            advice: ("Lower the load: concentration and total are both controlled.", "降低负荷：浓度与总量双控。")),
    ]
}
