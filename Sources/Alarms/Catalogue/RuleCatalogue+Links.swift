import Telemetry

extension RuleCatalogue {
    /// Data and links.
    static let links: [RuleDefinition] = [
        RuleDefinition(
            RuleSettings(.silence, severity: .alarm, repeatInterval: .hours(12), heldBy: .instrument),
            title: ("no data", "无数据"),
            sentence: (
                "{where} sends no usable data for {length}[ ({reason})]", "{where} 已 {length}无有效数据[（{reason}）]"
            ),
            advice: (
                "Check power, connection, unit and address; `gatewayd read` helps.", "检查电源、连接、站号和地址，可用 gatewayd read。"
            )),
        RuleDefinition(
            RuleSettings(.errorShare, severity: .warning, offDelay: .minutes(10)),
            title: ("many bad answers", "应答错误偏多"),
            sentence: (
                "{where}: {share} % of {count} requests in 10 min failed[ ({reason})]",
                "{where} 10 分钟内 {count} 次请求中有 {share} % 失败[（{reason}）]"
            ),
            advice: ("Do what the reason says; `gatewayd status` shows it too.", "按所述原因处理；gatewayd status 也显示该原因。")),
        RuleDefinition(
            RuleSettings(.staleData, severity: .alarm, heldBy: .instrument),
            title: ("the instrument's data stand still", "仪表数据停滞"),
            sentence: (
                "{where} has not made a new result for {length}", "{where} 已 {length}没有新结果"
            ),
            advice: ("See whether the instrument still measures.", "检查仪表是否仍在测量。")),
        RuleDefinition(
            RuleSettings(.incompleteHour, severity: .warning, heldBy: [.stopped, .instrument]),
            title: ("the running hour will be invalid", "本小时数据将无效"),
            sentence: (
                "{where} has {count} bad minutes[ for want of {other}]; {needed} good ones are no longer possible until {until}",
                "{where} 已有 {count} 个无效分钟[（缺少有效的{other}）]，{until} 前已不可能达到 {needed} 个有效分钟"
            ),
            advice: (
                "Find out why data are missing; the hour is lost, the next need not be.", "查明缺数原因；本小时已失效，避免下一小时再失效。"
            )),
        RuleDefinition(
            RuleSettings(.undeliveredHour, severity: .warning, repeatInterval: .hours(12)),
            title: ("hours not acknowledged by the platform", "平台未确认小时数据"),
            sentence: (
                "{where} has not acknowledged {count} hour records, the oldest of {until}",
                "{where} 有 {count} 条小时数据未获确认，最早为 {until}"
            ),
            advice: ("Check the link and the platform; records are kept.", "检查链路和平台；数据已保存。")),
        RuleDefinition(
            RuleSettings(.uplinkDown, severity: .warning, repeatInterval: .hours(4)),
            title: ("uplink down", "上行链路中断"),
            sentence: (
                "{where} has acknowledged nothing for {length}[ ({reason})]; data are kept and sent later",
                "{where} 已 {length}无确认[（{reason}）]；数据已保存，恢复后补传"
            ),
            advice: ("Check the network and the broker.", "检查网络和平台。")),
        RuleDefinition(
            RuleSettings(.oldBacklog, severity: .warning, repeatInterval: .hours(12)),
            title: ("old records wait to be sent", "积压数据过旧"),
            sentence: ("{where}: the oldest record waits for {length}", "{where} 最早的记录已等待 {length}"),
            advice: ("Check the uplink; a slow link may need a higher history rate.", "检查上行链路；必要时提高补传速率。")),
        RuleDefinition(
            RuleSettings(.rateForecast, severity: .warning, repeatInterval: .hours(24)),
            title: ("transmission rate in danger", "传输有效率将不达标"),
            sentence: (
                "{where} month's effective rate is {value} %; {count} more lost hours bring it under {limit} %",
                "{where} 本月传输有效率为 {value} %，再缺 {count} 小时将低于 {limit} %"
            ),
            advice: ("Repair first what loses the most hours.", "优先修复缺数最多的环节。")),
        RuleDefinition(
            RuleSettings(.clockOffset, severity: .warning, offDelay: .minutes(1)),
            title: ("clock off", "时钟偏差"),
            sentence: ("{where} clock is {value} s off[ ({reason})]", "{where} 时钟偏差 {value} s[（{reason}）]"),
            advice: ("Check the time service; the allowed deviation is 30 s.", "检查对时服务；允许偏差 30 s。")),
        RuleDefinition(
            RuleSettings(.storageTrouble, severity: .critical, offDelay: .minutes(1), repeatInterval: .hours(1)),
            title: ("storage in trouble", "存储异常"),
            sentence: ("{where}: {reason}", "{where}：{reason}"),
            advice: ("Check the disk now; keep a file that was moved aside.", "立即检查磁盘；保留被移走的文件。")),
        RuleDefinition(
            RuleSettings(.recordRefused, severity: .alarm, closing: .byAcknowledgement),
            title: ("record refused by the platform", "平台拒收记录"),
            sentence: (
                "{where} refuses record {parameter}[ ({reason})]; {count} set aside, the others flow",
                "{where} 拒收记录 {parameter}[（{reason}）]；已搁置 {count} 条，其余照常发送"
            ),
            advice: (
                "Ask the platform why; `gatewayd journal export` shows the record; then acknowledge.",
                "向平台查明原因，可用 gatewayd journal export 查看该记录，然后确认。"
            )),
        RuleDefinition(
            RuleSettings(.sharedIdentifier, severity: .alarm, repeatInterval: .hours(12)),
            title: ("session taken over by another client", "会话被另一客户端接管"),
            sentence: ("{where}: {reason}", "{where}：{reason}"),
            advice: (
                "Find the second client, such as a copied gateway; give each gateway its own `gateway.id`.",
                "查找另一客户端（如复制的网关），为每台网关设置各自的 gateway.id。"
            )),
        RuleDefinition(
            RuleSettings(.intruder, severity: .alarm, repeatInterval: .hours(12)),
            title: ("strangers at an instrument's port", "仪表端口有陌生连接"),
            sentence: ("{where}: {reason}", "{where}：{reason}"),
            advice: (
                "Find out who that is; `allow` names the addresses that may connect.", "查明对方身份；用 allow 限定可连接的地址。"
            )),
    ]
}
