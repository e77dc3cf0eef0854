import Telemetry
import Testing

@testable import Protocol

@Suite("BusFault: the words of an operator")
struct BusFaultTests {
    private static let mismatches: [ReplyMismatch] = [
        .checksum, .noise, .oversize, .length(stated: 9, actual: 7), .transaction, .protocolIdentifier, .unit(3),
        .function(4), .dataBytes(2, expected: 4), .otherMaster, .malformedException, .tooShort, .otherWrite, .modbusTCP,
    ]
    private static let lines: [BusFault.LineFault] = [
        .closed, .lost, .refused, .unanswered, .unreachable, .unknownHost("plc"), .noSuchFile, .notASerialPort,
        .permissionDenied, .busy, .system("Too many open files"),
    ]
    private static let all: [BusFault] =
        [.timeout, .cutAnswer, .echoOnly] + mismatches.map { .badReply($0) } + (0...12).map { .exception(code: $0) }
        + lines.map { .line($0) }

    @Test("every fault has its own words and an advice, in both languages, on every medium", arguments: all)
    func words(fault: BusFault) {
        for medium in [BusMedium.tcp, .rtuOverTCP, .serial] {
            let (what, advice) = (fault.what, fault.advice(on: medium))
            #expect(!what.en.isEmpty && !advice.en.isEmpty && !advice.zh.isEmpty)
            #expect(advice.zh.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
            #expect(fault.words(on: medium).en == "\(what.en); \(advice.en)")
        }
        #expect(Self.all.filter { $0.what == fault.what }.count == 1)
    }

    @Test("on Modbus TCP nobody is sent to baud rate, parity, termination or the wires", arguments: all)
    func networkAdvice(fault: BusFault) {
        // These come from serial lines alone.
        if [.echoOnly, .line(.noSuchFile)].contains(fault) { return }
        let advice = fault.advice(on: .tcp)
        for word in ["baud", "parity", "termination", "wires", "A and B", "serial"] {
            #expect(!advice.en.contains(word), "\(advice.en)")
        }
        for word in ["波特率", "校验位", "终端电阻", "接线", "接反", "串口"] { #expect(!advice.zh.contains(word), "\(advice.zh)") }
    }

    @Test(
        "the exceptions of the standard are named",
        arguments: [
            (1, "illegal function", "非法功能码"), (2, "illegal data address", "非法数据地址"), (3, "illegal data value", "非法数据值"),
            (4, "device failure", "设备故障"), (5, "acknowledge, needs more time", "已接收，需较长时间"), (6, "device busy", "设备忙"),
            (8, "memory parity error", "存储器校验错误"), (10, "gateway path unavailable", "网关路径不可用"),
            (11, "gateway got no answer from the unit", "网关未收到设备应答"),
        ] as [(UInt8, String, String)])
    func exceptions(code: UInt8, english: String, chinese: String) {
        let what = BusFault.exception(code: code).what
        #expect(what == BilingualText(en: "exception \(code), \(english)", zh: "异常码 \(code)，\(chinese)"))
    }

    @Test("a reading says of a fault what records have always said")
    func readFailure() {
        for fault in Self.all {
            let expected: ReadFailure =
                switch fault {
                case .timeout, .cutAnswer, .echoOnly: .timeout
                case .badReply: .badReply
                case .exception(let code): .exception(code: code)
                case .line: .notConnected
                }
            #expect(fault.readFailure == expected)
        }
    }

    @Test("a wrong length in the header names both lengths and the setting")
    func length() {
        let words = BusFault.badReply(.length(stated: 9, actual: 7)).words(on: .tcp)
        #expect(words.en.contains("9 instead of 7") && words.en.contains("`tolerate: [length]`"))
    }
}
