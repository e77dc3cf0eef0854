extension Vocabulary {
    /// The data mark, `-Flag`.
    ///
    /// Source: HJ 212-2017, table 8; of 2025's table 10 only the marks without "unconfirmed" were read; 2005 from
    /// implementations.
    package static let mark = TermTable(
        """
        N|05 17|normal|正常
        N|25|valid|有效
        N|sw|normal|正常
        F|05|source stopped|污染源停运
        F|17|instrument stopped|仪器停运
        F|25 unconfirmed|instrument stopped|仪器停运
        M|05|maintenance|维护
        M|17|produced during maintenance|维护期间数据
        M|25|routine maintenance|例行维护
        S|05|set value|设定值
        S|17|entered by hand|手工输入
        S|25 unconfirmed|entered by hand|手工输入
        D||fault|故障
        C||calibration|校准
        T||over range|超测量上限
        P|05|power failure|断电
        B|17|no communication with the instrument|与仪器通讯异常
        B|25 unconfirmed|no communication with the instrument|与仪器通讯异常
        Td|25|fault of a key condition parameter|关键工况参数故障
        0|05|calibration (air station)|校准（空气站）
        1|05|meteorology (air station)|气象（空气站）
        2|05|abnormal (air station)|异常（空气站）
        3|05|normal (air station)|正常（空气站）
        """)
}
