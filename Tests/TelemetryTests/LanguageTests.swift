import Telemetry
import Testing

@Suite struct LanguageTests {
    @Test(
        "LC_ALL goes before LC_MESSAGES and LANG; zh in any form is Chinese, all else English",
        arguments: [
            ([:], Language.en), (["LANG": "zh_CN.UTF-8"], .zh), (["LANG": "zh_TW"], .zh), (["LANG": "zh"], .zh),
            (["LANG": "ZH_cn"], .zh), (["LANG": "zh-Hans"], .zh), (["LANG": "C"], .en), (["LANG": "C.UTF-8"], .en),
            (["LANG": "en_US.UTF-8"], .en), (["LANG": "zha_XX"], .en), (["LANG": "POSIX"], .en),
            (["LC_ALL": "C", "LANG": "zh_CN.UTF-8"], .en), (["LC_ALL": "zh_CN.UTF-8", "LANG": "C"], .zh),
            (["LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"], .zh),
            (["LC_MESSAGES": "en_GB", "LANG": "zh_CN"], .en), (["LC_CTYPE": "zh_CN.UTF-8"], .en),
        ])
    func locale(variables: [String: String], language: Language) {
        #expect(Language { variables[$0] } == language)
    }

    private struct Failure: BilingualError {
        let text = BilingualText("no line", zh: "没有线路")
    }

    private struct Foreign: Error, CustomStringConvertible {
        let description = "broken"
    }

    @Test("an error in two languages is English in the log; one of a library is the same in both")
    func errors() {
        #expect("\(Failure())" == "no line")
        #expect(Language.zh(BilingualText(Failure())) == "没有线路")
        #expect(Language.en(BilingualText(Failure())) == "no line")
        #expect(BilingualText(Foreign()) == BilingualText(verbatim: "broken"))
    }

    @Test("texts are put together in both languages at once")
    func joining() {
        let text = BilingualText("line ", zh: "线路 ") + "rack" + BilingualText(" is down", zh: "中断")
        #expect(text == BilingualText(en: "line rack is down", zh: "线路 rack中断"))
    }
}
