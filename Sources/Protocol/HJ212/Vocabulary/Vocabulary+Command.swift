extension Vocabulary {
    /// CN, the command. Where host and field machine use one code, each has a line.
    ///
    /// Source: HJ 212-2017, table 9 and appendix C; for 2005 transcriptions in implementations; for 2025 quotations of its
    /// appendix C and implementations; for the surface-water stations frames and articles. Private commands of single
    /// vendors are named as such.
    package static let command = TermTable(
        """
        1000|05 17 25 host|set time-out and number of resends|设置超时时间与重发次数
        1001|05 host|set how long a limit is exceeded before an alarm|设置超限报警时间
        1001|25 field|report the logger's hardware numbers (registration)|上传数采仪硬件编号（注册）
        1002|25 host|set the device identity MN (activation)|设置设备唯一标识MN（激活）
        1011|05 17 25 host|get the time of the field machine|提取现场机时间
        1011|05 17 25 field|time of the field machine|上传现场机时间
        1012|05 17 25 host|set the time of the field machine|设置现场机时间
        1013|17 25 field|ask for time calibration|现场机时间校准请求
        1014|25 field|ask for a new key|密钥更换请求
        1014|25 host|set a new key|设置新密钥
        1021|05 host|get alarm limits|提取报警门限值
        1021|05 field|alarm limits|上传报警门限值
        1022|05 host|set alarm limits|设置报警门限值
        1031|05 host|get the host's address|提取上位机地址
        1031|05 field|the host's address|上传上位机地址
        1032|05 host|set the host's address|设置上位机地址
        1041|05 host|get the time of the daily report|提取数据上报时间
        1041|05 field|time of the daily report|上传数据上报时间
        1042|05 host|set the time of the daily report|设置数据上报时间
        1061|05 17 25 host|get the realtime interval|提取实时数据上报间隔
        1061|05 17 25 field|realtime interval|上传实时数据上报间隔
        1062|05 17 25 host|set the realtime interval|设置实时数据上报间隔
        1063|17 25 host|get the minute data interval|提取分钟数据上报间隔
        1063|17 25 field|minute data interval|上传分钟数据上报间隔
        1064|17 25 host|set the minute data interval|设置分钟数据上报间隔
        1072|05 17 25 host|set the access password|设置现场机访问密码
        1073|05 17|parameters (private command of one vendor)|参数（厂商私有命令）
        2000|05 17|private command of one vendor|厂商私有命令
        2011|05 17 25 host|start the upload of realtime data (2025, ST=44, with a range: get electricity history)|取实时数据（2025版ST=44带时间段：取用电历史数据）
        2011|05 17 25 sw field|realtime data|上传实时数据
        2012|05 17 25 host|stop the upload of realtime data|停止实时数据上传
        2013|05 17 field|raw realtime data (private command of one vendor)|原始实时数据（厂商私有命令）
        2013|25 host|get raw data of a periodic analyser|取周期性分析仪原始监测数据
        2013|25 field|raw data of a periodic analyser|上传周期性分析仪原始监测数据
        2021|05 17 25 host|start the upload of equipment states|取设备运行状态数据
        2021|05 17 25 field|equipment states|上传设备运行状态数据
        2022|05 17 25 host|stop the upload of equipment states|停止设备运行状态上传
        2023|05 17|states (private command of one vendor)|状态（厂商私有命令）
        2031|05 17 25 host|get day data|取日历史数据
        2031|05 17 25 field|day data|上传日数据
        2041|05 17 25 host|get running hours per day|取设备运行时间日历史数据
        2041|05 17 25 field|running hours per day|上传设备运行时间日数据
        2051|05 17 25 host|get minute data|取分钟历史数据
        2051|05 17 25 field|minute data|上传分钟数据
        2052|25 field|single noise measurement|上传噪声单次测量数据
        2061|05 17 25 sw host|get hour data|取小时历史数据
        2061|05 17 25 sw field|hour data|上传小时数据
        2062|25 host|get the result of the automatic standard check|取自动标样核查结果
        2062|25 field|result of the automatic standard check|上传自动标样核查结果
        2062|sw|data command of surface-water stations|地表水自动站数据命令
        2063|sw|data command of surface-water stations|地表水自动站数据命令
        2064|sw|data command of surface-water stations|地表水自动站数据命令
        2065|sw|data command of surface-water stations|地表水自动站数据命令
        2066|sw|data command of surface-water stations|地表水自动站数据命令
        2071|05 host|get alarm records|取报警历史数据
        2071|05 field|alarm records|上传报警历史数据
        2072|05 field|alarm event|上传报警事件
        2081|17 25 field|start time of the logger|上传数采仪开机时间
        2111|25 field|5-minute mean of the furnace temperature|上传炉膛温度5分钟均值
        3011|05 17 25 host|zero and span calibration|零点校准、量程校准
        3012|05 17 25 host|sample now|即时采样
        3013|05 host|operate equipment|控制设备操作
        3013|17 25 host|start cleaning (water) or blow-back (gas)|启动清洗（水）或反吹（气）
        3014|05 host|set the hours of sampling|设置采样时间
        3014|17 host|comparison sampling|比对采样
        3015|17 host|keep a sample (limit exceeded)|超标留样
        3015|17 field|sample kept (limit exceeded)|上传超标留样信息
        3015|25 field unconfirmed|retained sample information|上传留样信息
        3016|17 host|set the sampling period|设置采样时间周期
        3017|17 host|get the sampling period|提取采样时间周期
        3017|17 field|sampling period|上传采样时间周期
        3018|17 25 host|get the measuring duration|提取出样时间
        3018|17 25 field|measuring duration|上传出样时间
        3019|17 25 host|get the identity of an analyser|提取设备唯一标识
        3019|17 25 field|identity of an analyser|上传设备唯一标识
        3020|17 25 sw host|get device information (log, state, parameter)|提取现场机信息（日志、状态、参数）
        3020|17 25 sw field|device information (log, state, parameter)|上传现场机信息（日志、状态、参数）
        3021|17 25 host|set a parameter of a device|设置现场机参数
        3022|25 host|take and keep a sample now|即时留样
        3024|25 host|start a standard check|启动标样核查
        3040|sw|control command of surface-water stations|地表水自动站控制命令
        3042|sw|control command of surface-water stations|地表水自动站控制命令
        3043|sw|control command of surface-water stations|地表水自动站控制命令
        3044|sw|control command of surface-water stations|地表水自动站控制命令
        3045|sw|control command of surface-water stations|地表水自动站控制命令
        3046|sw|control command of surface-water stations|地表水自动站控制命令
        3080|sw|control command of surface-water stations|地表水自动站控制命令
        3081|sw|control command of surface-water stations|地表水自动站控制命令
        3082|sw|control command of surface-water stations|地表水自动站控制命令
        3083|sw|control command of surface-water stations|地表水自动站控制命令
        3084|sw|control command of surface-water stations|地表水自动站控制命令
        3085|sw|control command of surface-water stations|地表水自动站控制命令
        3086|sw|control command of surface-water stations|地表水自动站控制命令
        9011|field|request answer|请求应答
        9012|field|execution result|操作执行结果
        9013||notification answer|通知应答
        9014|host|data answer|数据应答
        9015|25 sw field|heartbeat|心跳
        9015|17 field|heartbeat (borrowed from later texts)|心跳（借用）
        9021|05 field unconfirmed|login|登录
        9022|05 host unconfirmed|login answer|登录应答
        """)

    /// What the command of `packet` means when its edition is `edition`; nil: no text known defines it.
    ///
    /// Where host and field machine share a code, the data area tells them apart: a question names a factor or a range and
    /// brings nothing.
    package static func command(of packet: Packet, in edition: Edition) -> Term? {
        guard let code = packet["CN"]?.text else { return nil }
        let choices = [command.meanings(code, in: edition), command.meanings(code, in: .hj2017)]
        let terms = choices.first { !$0.isEmpty } ?? command.everywhere(code)
        let sender: Term.Sender = isQuestion(packet) ? .host : .field
        return terms.first { $0.sender == sender } ?? terms.first
    }

    private static func isQuestion(_ packet: Packet) -> Bool {
        packet.cp["NewSK"] != nil
            || packet.cp.pairs.allSatisfy { pair in
                questionKeys.contains { pair.key.isSpelled($0) }
            }
    }

    private static let questionKeys: [StaticString] = ["PolId", "BeginTime", "EndTime", "InfoId"]
}
