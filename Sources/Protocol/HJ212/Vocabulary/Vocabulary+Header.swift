extension Vocabulary {
    /// The header fields. Source: HJ 212-2017, table 2; RF: HJ 212-2025, table 3.
    package static let header = TermTable(
        """
        QN||request number|请求编码
        ST||system code|系统编码
        CN||command|命令编码
        PW||access password|访问密码
        MN||device identity|设备唯一标识
        Flag||version, split and answer bits|拆分包及应答标志
        PNUM||packets of the message|总包数
        PNO||number of this packet|包号
        RF|25|backfill mark|补传标志
        CP||data area|指令参数
        """)
}
