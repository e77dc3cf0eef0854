package import Telemetry

extension FrameFault {
    /// The finding in both languages. `segment`: that of the frame, nil where none could be cut. `others`: what else is wrong with it.
    package func finding(in segment: ArraySlice<UInt8>?, beside others: [FrameFault] = []) -> BilingualText {
        guard case .length(let declared, let actual) = self,
            let cause = Self.cause(declared, actual, segment, others)
        else { return BilingualText(en: detail, zh: chineseDetail) }
        return BilingualText(
            en: "length field \(declared), segment has \(actual) bytes: \(cause.words.en)",
            zh: "\(chineseDetail)：\(cause.words.zh)")
    }

    /// A sender counts the line end that it sends, or the one of the standard.
    private static func cause(
        _ declared: Int, _ actual: Int, _ segment: ArraySlice<UInt8>?, _ others: [FrameFault]
    ) -> LengthCause? {
        let isOneByte = others.contains(.tail(.lineFeedOnly)) || others.contains(.tail(.carriageReturnOnly))
        return (isOneByte ? [1, 2] : [2]).lazy.compactMap { lineEnd in
            segment.map { LengthCause(declared: declared, segment: $0, lineEnd: lineEnd) }
                ?? LengthCause(declared: declared, actual: actual, lineEnd: lineEnd)
        }.first
    }

    private var chineseDetail: String {
        switch self {
        case .length(let declared, let actual): "长度字段为\(declared)，数据段实际\(actual)字节"
        case .unpaddedLength(let digits): "长度字段只有\(digits)位，应补零至4位"
        case .stationAddress(let address): "长度字段前有站地址\(address)（部分分析仪的私有格式）"
        case .oversize(let length): "数据段\(length)字节，超过上限\(Frame.maximumSegmentLength)字节"
        case .crc(let computed, let stated): "CRC计算值\(ASCII.hex(computed))，帧内为\(ASCII.hex(stated))"
        case .encrypted(let computed, let stated):
            "CRC计算值\(ASCII.hex(computed))，帧内为\(ASCII.hex(stated))；数据区似为SM4密文，CRC按明文计算，无密钥不能校验"
        case .listedCiphertext: "密文写成了十六进制数列表，应为原始字节"
        case .modbusCRC(let computed, let stated, let lowByteFirst):
            "CRC计算值\(ASCII.hex(computed))，帧内为\(ASCII.hex(stated))，是Modbus CRC（\(lowByteFirst ? "低" : "高")字节在前）"
        case .unpaddedCRC(let digits): "CRC只有\(digits)位，应补零至4位"
        case .missingCRC(let computed): "数据段后没有CRC，计算值为\(ASCII.hex(computed))"
        case .unclosedSegment: "数据段不以&&结束"
        case .tail: "CRC之后应为CR LF"
        case .extraLineEnds(let count): "帧后多出\(count)个CR或LF"
        case .truncated(.some(let declared), let received): "长度字段为\(declared)，只收到\(received)字节"
        case .truncated(.none, _): "数据流在长度字段内中断"
        case .noEnd(let declared): "长度字段为\(declared)，该处及下一帧之前均无&&和CRC"
        case .garbage: "不属于任何帧的字节"
        }
    }

    /// What to do about it.
    package var advice: BilingualText {
        switch self {
        case .length:
            BilingualText(
                en:
                    "the sender must count the bytes from QN to the closing &&, and nothing before or behind them (a Chinese "
                    + "character is three in UTF-8); --tolerate reads it as it is",
                zh: "发送方应只统计从QN到结尾&&的字节数，不含其前后的内容（UTF-8中文每字3字节）；--tolerate可照读")
        case .noEnd:
            BilingualText(
                en: "the sender must count the bytes from QN to the closing && (a Chinese character is three in UTF-8)",
                zh: "发送方应统计从QN到结尾&&的字节数（UTF-8中文每字3字节）")
        case .unpaddedLength, .unpaddedCRC:
            BilingualText(en: "the sender must pad the field with zeros", zh: "发送方应补前导零")
        case .stationAddress:
            BilingualText(
                en: "set the instrument to plain HJ 212, or read it with --tolerate",
                zh: "将仪器设为标准HJ 212格式，或使用--tolerate")
        case .oversize:
            BilingualText(en: "the sender must split the message by factors (PNUM, PNO)", zh: "发送方应按因子分包（PNUM、PNO）")
        case .crc:
            BilingualText(
                en: "the bytes changed on the way, or the sender computes the CRC over other bytes or in another way",
                zh: "传输中字节有误，或发送方CRC的计算范围或算法不同")
        case .encrypted:
            BilingualText(en: "decrypt it with the device's key", zh: "用该设备的密钥解密")
        case .listedCiphertext:
            BilingualText(en: "the sender must send the encrypted bytes themselves", zh: "发送方应直接发送密文字节")
        case .modbusCRC:
            BilingualText(
                en: "the sender must use the CRC of HJ 212, appendix A; --tolerate reads it as it is",
                zh: "发送方应使用HJ 212附录A的CRC算法；--tolerate可照读")
        case .missingCRC:
            BilingualText(en: "the sender must send the CRC", zh: "发送方应发送CRC")
        case .unclosedSegment:
            BilingualText(en: "the sender must close the data area with &&", zh: "发送方应以&&结束数据区")
        case .tail, .extraLineEnds:
            BilingualText(en: "the sender must end each frame with one CR LF", zh: "发送方每帧应以一个CR LF结尾")
        case .truncated:
            BilingualText(
                en: "bytes were lost: check line, buffers and time-outs", zh: "字节丢失：检查线路、缓冲区和超时设置")
        case .garbage:
            BilingualText(
                en: "check that the peer speaks HJ 212, and baud rate and parity on a serial line",
                zh: "确认对端使用HJ 212；串口请检查波特率和校验位")
        }
    }
}
