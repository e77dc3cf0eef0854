extension Vocabulary {
    /// ST, the system code: what is monitored.
    ///
    /// Source: HJ 212-2017, table 5; of 2025 only 31, 32 and 91 were read in the standard, 27, 44 and 45 in implementations.
    package static let systemCode = TermTable(
        """
        21|05 17 sw|surface water quality|地表水质量监测
        21|25 unconfirmed|surface water quality|地表水质量监测
        22|05 17|air quality|空气质量监测
        22|25 unconfirmed|air quality|空气质量监测
        23|05 17|noise of the environment|声环境质量监测
        23|25 unconfirmed|noise of the environment|声环境质量监测
        24|17|ground water quality|地下水质量监测
        24|25 unconfirmed|ground water quality|地下水质量监测
        25|17|soil quality|土壤质量监测
        25|25 unconfirmed|soil quality|土壤质量监测
        26|17|sea water quality|海水质量监测
        26|25 unconfirmed|sea water quality|海水质量监测
        27|17 25|volatile organic compounds|挥发性有机物监测
        31||air pollution source|大气环境污染源
        32||surface water pollution source|地表水体环境污染源
        33|05 17|ground water pollution source|地下水体环境污染源
        33|25 unconfirmed|ground water pollution source|地下水体环境污染源
        34|05 17|marine pollution source|海洋环境污染源
        34|25 unconfirmed|marine pollution source|海洋环境污染源
        35|05 17|soil pollution source|土壤环境污染源
        35|25 unconfirmed|soil pollution source|土壤环境污染源
        36|05 17|noise source|声环境污染源
        36|25 unconfirmed|noise source|声环境污染源
        37|05 17|vibration source|振动环境污染源
        37|25 unconfirmed|vibration source|振动环境污染源
        38|05 17|radioactive source|放射性环境污染源
        38|25 unconfirmed|radioactive source|放射性环境污染源
        39|17|construction site dust|工地扬尘污染源
        39|25 unconfirmed|construction site dust|工地扬尘污染源
        41|05 17|electromagnetic source|电磁环境污染源
        41|25 unconfirmed|electromagnetic source|电磁环境污染源
        44|25|electricity monitoring|用电监控
        45|25|key production conditions|关键生产工况
        51|17|flue gas process monitoring|烟气排放过程监控
        51|25 unconfirmed|flue gas process monitoring|烟气排放过程监控
        52|17|waste water process monitoring|污水排放过程监控
        52|25 unconfirmed|waste water process monitoring|污水排放过程监控
        91||system interaction|系统交互
        """)
}
