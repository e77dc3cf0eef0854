extension Vocabulary {
    /// QnRtn, the answer to a request.
    ///
    /// Source: HJ 212-2017, table 7; 2025's table is unknown; 9 and 99 of the surface-water stations from an implementation.
    package static let requestAnswer = TermTable(
        """
        1||ready to execute|准备执行请求
        2||refused|请求被拒绝
        3||wrong password|PW错误
        4|17|wrong MN|MN错误
        5|17|wrong ST|ST错误
        6|17|wrong Flag|Flag错误
        7|17|wrong QN|QN错误
        8|17|wrong CN|CN错误
        9|sw|busy|系统繁忙
        9|17|wrong CRC|CRC校验错误
        99|sw|wrong CRC|CRC校验错误
        100|17|unknown error|未知错误
        """)

    /// ExeRtn, how the execution of a request ended.
    ///
    /// Source: HJ 212-2017, table 6; 2025's table is unknown.
    package static let executionResult = TermTable(
        """
        1||success|执行成功
        2||failed, reason unknown|执行失败，原因未知
        3|17|wrong conditions in the request|命令请求条件错误
        4|17|communication time-out|通讯超时
        5|17|busy|系统繁忙
        6|17|system fault|系统故障
        100||no data|没有数据
        """)
}
