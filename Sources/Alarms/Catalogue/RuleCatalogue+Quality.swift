import Telemetry

extension RuleCatalogue {
    private static let held: HoldMarks = [.plant, .instrument]

    /// Readings by themselves and against each other.
    static let quality: [RuleDefinition] = [
        RuleDefinition(
            RuleSettings(.constantValue, severity: .warning, onDelay: .minutes(60), heldBy: held),
            title: ("constant value", "恒值"),
            sentence: (
                "{where} has stood at exactly {value}[ {unit}] for [{count} results][{minutes} min]",
                "{where} 恒为 {value}[ {unit}]，已[连续 {count} 次结果][达 {minutes} 分钟]"
            ),
            advice: (
                "See whether the instrument holds its output; list a true constant under the exceptions.",
                "检查仪表是否保持输出；确为常数的请列入例外。"
            )),
        RuleDefinition(
            RuleSettings(.zeroValue, severity: .warning, onDelay: .minutes(30), offDelay: .minutes(2), heldBy: held),
            title: ("zero while the plant runs", "生产时为零"),
            sentence: ("{where} reads zero while the plant runs", "{where} 在生产时读数为零"),
            advice: ("Check the sampling line, the valve and the analyser.", "检查采样管路、阀门和分析仪。")),
        RuleDefinition(
            RuleSettings(.negativeValue, severity: .warning, onDelay: .minutes(5), offDelay: .minutes(5), heldBy: held),
            title: ("negative value", "负值"),
            sentence: (
                "{where} reads {value}[ {unit}], below {limit}", "{where} 读数 {value}[ {unit}]，低于 {limit}"
            ),
            advice: ("Check the zero of the instrument; the number is kept.", "检查仪表零点；数据予以保留。")),
        RuleDefinition(
            RuleSettings(.overRange, severity: .alarm, offDelay: .minutes(5), heldBy: held),
            title: ("over range", "超量程"),
            sentence: (
                "{where} is over range[ at {value}][ {unit}][, the range ends at {limit}]",
                "{where} 超量程[，读数 {value}][ {unit}][，量程上限 {limit}]"
            ),
            advice: ("Check the process and whether the range suits.", "检查工况，核对量程是否合适。")),
        RuleDefinition(
            RuleSettings(.jump, severity: .warning, offDelay: .minutes(10), heldBy: held),
            title: ("jump", "突变"),
            sentence: (
                "{where} went from {before} to {after}[ {unit}][ within {length}]",
                "{where} [在 {length}内]由 {before} 变为 {after}[ {unit}]"
            ),
            advice: ("Look for a cause in the process; else check the instrument.", "查找工况原因，否则检查仪表。")),
        RuleDefinition(
            RuleSettings(.tooSmooth, severity: .info, offDelay: .hours(1), heldBy: held, isEnabled: false),
            title: ("too smooth", "波动过小"),
            sentence: (
                "{where} varies by {value}[ {unit}] within the hour, the instrument's noise is {limit}",
                "{where} 一小时内波动 {value}[ {unit}]，仪表噪声为 {limit}"
            ),
            advice: ("Look for filtering in the instrument or the line.", "检查仪表或链路是否有滤波。")),
        RuleDefinition(
            RuleSettings(.flatTop, severity: .info, offDelay: .hours(2), heldBy: held),
            title: ("flat just under the limit", "长期贴近限值"),
            sentence: (
                "{where} was within 90…100 % of the limit {limit} in {share} % of 24 h",
                "{where} 24 小时内有 {share} % 的时间处于限值 {limit} 的 90～100 %"
            ),
            advice: ("Inspectors ask about this; be sure of the parameters.", "检查人员会关注；请核对仪表参数。")),
        RuleDefinition(
            RuleSettings(.unsuitableRange, severity: .info, onDelay: .hours(48), offDelay: .hours(6), heldBy: held),
            title: ("range does not suit", "量程不合适"),
            sentence: (
                "{where} hour means are at {share} % of the range {limit}",
                "{where} 小时均值为量程 {limit} 的 {share} %"
            ),
            advice: ("Have the range changed and registered.", "调整量程并备案。")),
        RuleDefinition(
            RuleSettings(.suspectNumber, severity: .info, closing: .byAcknowledgement),
            title: ("number that may mean no value", "疑似表示无数据的数值"),
            sentence: (
                "{where} came as {value}, which often means no value; if it does, write {parameter} at {device}",
                "{where} 收到 {value}，该数值常表示无数据；若确如此，请在 {device} 处写入 {parameter}"
            ),
            advice: (
                "Look into the manual of the instrument; acknowledge if the number is a measurement.",
                "查阅仪表说明书；若确为测量值请予确认。"
            )),
        RuleDefinition(
            RuleSettings(
                .airWhileRunning, severity: .alarm, onDelay: .minutes(10), offDelay: .minutes(5), heldBy: held),
            title: ("oxygen of air while the plant runs", "生产时氧量接近空气"),
            sentence: (
                "{where} oxygen is {value} % while the plant runs", "{where} 生产时氧量为 {value} %"
            ),
            advice: ("Look for a leak in the sampling line or a drawn probe.", "检查采样管路泄漏或探头抽出。")),
        RuleDefinition(
            RuleSettings(
                .flowAgainstMark, severity: .warning, onDelay: .minutes(10), offDelay: .minutes(5),
                heldBy: [.startUp, .shutDown, .banked, .instrument]),
            title: ("velocity does not fit the plant's state", "流速与工况不符"),
            sentence: (
                "{where} velocity is {value} m/s while {reason}", "{where} {reason}，流速却为 {value} m/s"
            ),
            advice: ("Check the flow meter and the mark.", "检查流速仪和工况标记。")),
        RuleDefinition(
            RuleSettings(
                .outsidePhysics, severity: .warning, onDelay: .minutes(10), offDelay: .minutes(5), heldBy: held),
            title: ("outside physics", "超出物理范围"),
            sentence: (
                "{where} reads {value}[ {unit}], possible is {bound}", "{where} 读数 {value}[ {unit}]，合理范围为 {bound}"
            ),
            advice: ("Check the instrument, its unit and its scale.", "检查仪表、单位和换算。")),
        RuleDefinition(
            RuleSettings(.massAgainstFlow, severity: .warning, heldBy: held),
            title: ("mass does not fit concentration and flow", "排放量与浓度、流量不符"),
            sentence: (
                "{where} hour mass is {value} kg, concentration and flow give {limit} kg",
                "{where} 小时排放量为 {value} kg，按浓度和流量应为 {limit} kg"
            ),
            advice: ("Check the flow and the constants of the instrument.", "检查流量和仪表常数。")),
        RuleDefinition(
            RuleSettings(.combustionConflict, severity: .warning, onDelay: .hours(2), heldBy: held),
            title: ("combustion values contradict each other", "燃烧参数相互矛盾"),
            sentence: (
                "{where} {parameter} is {value}, {other} asks for {bound}",
                "{where} {parameter} 为 {value}，而按 {other} 应为 {bound}"
            ),
            advice: ("Check the analysers against each other and for leaks.", "核对各分析仪并检查泄漏。")),
        RuleDefinition(
            RuleSettings(.meterAgainstFlow, severity: .warning),
            title: ("meter and flow differ", "累计表与流量不符"),
            sentence: (
                "{where} on {date}: the meter counted {amount}[ {unit}], the flow gives {limit}[ {unit}][, {share} % apart]",
                "{where} {date} 累计表计量 {amount}[ {unit}]，流量积算为 {limit}[ {unit}][，相差 {share} %]"
            ),
            advice: (
                "Compare both displays, their units and scales, and the low-flow cut-off.",
                "核对两者的显示、单位、换算和小流量切除。"
            )),
    ]
}
