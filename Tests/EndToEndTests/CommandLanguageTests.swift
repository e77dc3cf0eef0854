import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Gatewayd

/// What every command says of itself and of a wrong command line, in both languages.
@Suite struct CommandLanguageTests {
    @Test("the help of every command is in both languages, and neither has words of the other", arguments: Command.all)
    func help(command: Command) {
        #expect(!command.summary.en.hasChinese && command.summary.zh.hasChinese)
        #expect(command.details.en.isEmpty == command.details.zh.isEmpty)
        #expect(!command.help.en.hasChinese && command.help.zh.hasChinese)
        if !command.details.en.isEmpty { #expect(command.details.zh.hasChinese) }
        #expect(command.help.en.hasPrefix("usage: gatewayd \(command.name)"))
        #expect(command.help.zh.hasPrefix("用法：gatewayd \(command.name)"))
        for line in (command.help.en + "\n" + command.help.zh).split(separator: "\n") {
            #expect(String(line).displayWidth <= 80, "\(line)")
        }
    }

    @Test("help goes on in the next line where the source does, and keeps apart what is apart")
    func lines() {
        let wide = String(repeating: "word ", count: 17)
        #expect(
            HelpText.fitted(wide + "one\ntwo three.\n  --item") == String(repeating: "word ", count: 15)
                + "word\nword one two three.\n  --item")
        #expect(
            HelpText.fitted("  name  \(wide)one\n        two") == "  name  " + String(repeating: "word ", count: 13)
                + "word\n        word word word one two")
        let rows = "  name     \(wide)\n  other    word"
        let cells = "  name     " + String(repeating: "word ", count: 13) + "word\n           word word word"
        #expect(HelpText.fitted(rows) == cells + "\n  other    word")
        let quoted = "在配置里写上 `tolerate: [length, tail, crc, and more of it]`，然后重新加载配置，再看一看状态里还有没有这样的提示。"
        #expect(quoted.wrapped().contains { $0.contains("`tolerate: [length, tail, crc, and more of it]`，") })
        #expect(quoted.wrapped().allSatisfy { $0.displayWidth <= 80 } && quoted.wrapped().count == 2)
        let chinese = String(repeating: "汉", count: 44)
        #expect(HelpText.fitted(chinese + "\n字，了") == chinese.prefix(40) + "\n" + "汉汉汉汉字，了")
        #expect(
            HelpText.usage("usage: ", wide + "[--a A | --b B]") == "usage: " + String(repeating: "word ", count: 13)
                + "word\n       word word word [--a A | --b B]")
    }

    /// A wrong command line of each kind that a command complains of.
    static let wrong: [String: [[String]]] = [
        "run": [["--config"], []], "check": [[]],
        "replay": [["--config", "x"], ["--config", "x", "--samples", "y", "--kinds", "z"]],
        "export": [
            ["--config", "x", "--outlet", "o", "--kind", "week"], ["--config", "x", "--outlet", "o", "--kind", "hour"],
            ["--config", "x", "--outlet", "o", "--kind", "hour", "--from", "monday", "--to", "2026-11-21"],
            ["--config", "x", "--outlet", "o", "--kind", "hour", "--from", "2026-11-21", "--to", "2026-11-21"],
        ],
        "report": [
            ["--config", "x", "--outlet", "o"], ["--config", "x", "--outlet", "o", "--month", "x"],
            ["--config", "x", "--outlet", "o", "--year", "x"],
            ["--config", "x", "--outlet", "o", "--year", "2026", "--gwp", "ar4"],
        ],
        "journal": [
            [], ["look"], ["stats"], ["show", "x"], ["export", "--from-seq", "2", "--to-seq", "1"],
            ["export", "--from", "2026-11-22", "--to", "2026-11-21"], ["export", "--kinds", "minutes"],
        ],
        "gaps": [["--config", "x"], ["--config", "x", "--day", "someday"]],
        "decode": [
            ["--edition", "2018"], ["--tolerate=x"], ["--language", "de"], ["--language", "en"], ["a", "b"],
        ],
        "encode": [["a", "b"], ["--cheque"]], "factors": [["--edition", "2018"]],
        "read": [
            [], ["--tcp", "x:y"], ["--serial", "/dev/x,1"], ["--tcp", "h:502"],
            ["--tcp", "h:502", "--holding", "70000"], ["--tcp", "h:502", "--holding", "0", "--timeout", "x"],
        ],
        "simulate": [
            [], ["--plant", "moon"], ["--centre", "--listen", "7212", "--edition", "addressed"],
            ["--centre", "--listen", "7212", "--request", "x"], ["--centre", "--listen", "x:y"],
            ["--centre", "--listen", "7212", "--fault", "x"], ["--instrument", "--mn", "1"],
            ["--instrument", "--mn", "a b", "--terminal"], ["--fleet", "1", "--broker", "x"],
            ["--fleet", "1", "--broker", "mqtt://a@b"], ["--fleet", "1", "--broker", "mqtt://h", "--interval", "61s"],
            ["--fleet", "1", "--broker", "mqtt://h", "--factors", ","],
            ["--fleet", "1", "--broker", "mqtt://h", "--name", "a/b"],
        ],
        "status": [["--jason"], ["more"]], "watch": [["--seconds", "x"], ["more"]], "reload": [["--dry"], ["more"]],
        "order": [[], ["i", "o", "x"], ["i", "o", "--timeout", "x"], ["i", "o", "password=x"]],
        "mark": [
            [], ["a."], ["a"], ["a", "--flag", "N"], ["a", "--plant", "X"], ["a.b", "--plant", "F"],
            ["a", "--flag", "M"],
            ["a", "--flag", "M", "--for", "x"], ["a", "--flag", "M", "--for", "1h"],
        ],
        "alarms": [["--active", "--since", "24h"], ["--since", "x"]], "alarm": [[], ["ack", "x"]],
        "version": [["more"]],
    ]

    @Test("every command says in both languages what is wrong with a command line", arguments: Command.all)
    func usage(command: Command) throws {
        let lines = try #require(Self.wrong[command.name], "no wrong command line of \(command.name)")
        for words in lines {
            let error = #expect(throws: UsageError.self, "\(command.name) \(words)") { _ = try command.run(words) }
            guard let error else { continue }
            #expect(!error.text.en.hasChinese, "\(command.name) \(words): \(error.text.en)")
            #expect(error.text.zh.hasChinese, "\(command.name) \(words): \(error.text.zh)")
        }
    }

    @Test(
        "help and errors of the program follow the locale",
        arguments: [
            (["LANG": "zh_CN.UTF-8"], true), (["LC_ALL": "C", "LANG": "zh_CN.UTF-8"], false), (["LANG": "C"], false),
        ])
    func program(environment: [String: String], isChinese: Bool) throws {
        var variables = ["LC_ALL": "", "LC_MESSAGES": "", "LANG": ""]
        variables.merge(environment) { $1 }
        for words in [
            ["help"], ["status", "--help"], [], ["stauts"], ["check"], ["check", "--config", "/nowhere/x.yaml"],
        ] {
            let child = try Program.start(words, environment: variables)
            child.wait()
            #expect((child.output + child.errors).hasChinese == isChinese, "\(words)")
        }
    }

    @Test("in the overview the summaries stand under one another")
    func overview() throws {
        let child = try Program.start(["help"], environment: ["LC_ALL": "zh_CN.UTF-8"])
        child.wait()
        let lines = child.output.split(separator: "\n").filter { $0.hasPrefix("  ") }
        #expect(lines.count == Command.all.count)
        let starts = Set(lines.map { line in line.prefix { !String($0).hasChinese }.count })
        #expect(starts.count == 1)
    }
}

extension Command: CustomTestStringConvertible {
    /// The name of the command.
    public var testDescription: String { name }
}
