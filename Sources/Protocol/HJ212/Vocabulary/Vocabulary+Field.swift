extension Vocabulary {
    /// The names in the data area that are not a factor's.
    ///
    /// Source: HJ 212-2017, table 4; for 2005 transcriptions in implementations; 2025: an implementation, but for RawAvg.
    package static let field = TermTable(
        """
        SystemTime||system time|系统时间
        QN||request number being answered|所应答的请求编码
        CN||command being answered|所应答的命令编码
        PNUM||packets of the message being answered|所应答的总包数
        PNO||number of the packet being answered|所应答的包号
        QnRtn||request answer code|请求应答结果
        ExeRtn||execution result|执行结果回应
        RtdInterval||realtime upload interval, s|实时数据上报间隔，秒
        MinInterval|17 25|minute data interval, min|分钟数据上报间隔，分钟
        RestartTime|17 25|start time of the logger|数采仪开机时间
        PolId||factor the command is about|污染因子编码
        BeginTime||begin of the range|开始时间
        EndTime||end of the range|截止时间
        DataTime||time of the data|数据时间
        NewPW|17 25|new password|新密码
        PW|05|new password|新密码
        OverTime||time-out, s|超时时间，秒
        ReCount||number of resends|重发次数
        WarnTime|05|time a limit is exceeded before an alarm|超限报警时间
        AlarmTime|05|time of the alarm|报警时间
        AlarmType|05|kind of alarm event|报警事件类型
        AlarmTarget|05|the host's address|上位机地址
        ReportTarget|05|the host's address|上位机地址
        ReportTime|05|time of the daily report, hhmm|数据上报时间
        DayStdValue|05|noise limit by day|噪声昼间标准值
        NightStdValue|05|noise limit by night|噪声夜间标准值
        VaseNo|17 25|number of the sample bottle|采样瓶编号
        CstartTime|17|start of the sampling scheme, hhmmss|采样起始时间
        Ctime|05 17|sampling period (2005: an hour of sampling), h|采样周期（2005：采样时刻），小时
        Stime|17 25|time from sampling to result, min|出样时间，分钟
        InfoId|17 25|which device information|现场机信息编码
        SKCreateTime|25|time the key was made|密钥生成时间
        NewSK|25|new SM4 key|新SM4密钥
        CalibrationType|25|calibration (0 zero, 1 span)|校准类型（0零点，1量程）
        Flag||data mark for all factors, or the header's Flag in a wrong place|全部因子的数据标记，或位置有误的标志位
        Logon|05 unconfirmed|login|登录
        """)

    /// What stands behind the `-` after a factor's code.
    ///
    /// Source: HJ 212-2017, table 4; 2005 and 2025 as for the field names.
    package static let suffix = TermTable(
        """
        SampleTime|17 25|time of sampling|采样时间
        Rtd||realtime value|实时值
        Min||minimum|最小值
        Avg||mean|平均值
        Max||maximum|最大值
        ZsRtd||realtime value, converted|折算实时值
        ZsMin||minimum, converted|折算最小值
        ZsAvg||mean, converted|折算平均值
        ZsMax||maximum, converted|折算最大值
        Cou||accumulated amount|累计值
        Flag||mark|数据标记
        EFlag|17 25|device's own mark|设备标志
        Ala|05|alarm value|报警值
        UpValue|05|upper alarm limit|报警上限
        LowValue|05|lower alarm limit|报警下限
        RS||running state|运行状态
        RT||running hours of the day|日运行时间
        Data||noise level over the interval|时段噪声值
        DayData||noise level by day|昼间噪声值
        NightData||noise level by night|夜间噪声值
        Info|17 25|device information|现场机信息
        SN|17 25|identity of the analyser|设备唯一标识
        CompleteTime|25|end of the measurement|测量完成时间
        SampleType|25|sampling mode|采样方式
        SampleRd|25|reading of the standard sample|标样测量值
        StandardValue|25|nominal value of the standard sample|标样标准值
        ResultType|25|result of the check (1 passed, 0 failed)|核查结果（1合格，0不合格）
        RawAvg|25|mean, unconverted|原始平均值
        """)
}
