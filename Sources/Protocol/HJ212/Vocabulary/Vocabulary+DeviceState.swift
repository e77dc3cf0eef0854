extension Vocabulary {
    /// States of devices; the code is the name of the device or information, `=`, the state.
    ///
    /// `RS` stands for `SBn-RS`. Source: HJ 212-2017, table 4 and table B.10; 2005 from transcriptions.
    package static let deviceState = TermTable(
        """
        RS=0||off|关闭
        RS=1|05|on|开启
        RS=1|17|running|运行
        RS=2|17|calibrating|校准
        RS=3|17|maintenance|维护
        RS=4|17|alarm|报警
        RS=5|17|blow-back|反吹
        i12001=0||run|运行
        i12001=1||maintenance|维护
        i12001=2||fault|故障
        i12001=3||calibrating|校准
        i12001=5||blow-back|反吹
        i12001=6||power failure|断电
        i12001=7||measuring|测量
        i12001=8||standard sample|标样核查
        i12001=9||standby|待机
        i12001=10||operation and maintenance|运维
        i12002=0||normal|正常
        i12002=1||abnormal|异常
        i12003=0||normal|正常
        i12003=1||alarm|报警
        i22001=0||run|运行
        i22001=1||stopped|停止
        i22001=2||fault|故障
        i22001=3||maintenance|维护
        i22002=0||ordinary user|普通用户
        i22002=1||administrator|管理员
        i22002=2||maintenance person|运维人员
        i22003=0||normal|正常
        i22003=1||abnormal|异常
        i22101=0||normal|正常
        i22101=1||abnormal|异常
        i22101=2||no device on the channel|通道未接设备
        i32001=0||run|运行
        i32001=1||stopped|停止
        i32001=2||fault|故障
        i32001=3||maintenance|维护
        """)
}
