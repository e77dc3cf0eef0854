import Foundation
import Telemetry
import Testing

@testable import Protocol

/// The tables of commands in docs/hj212.md and docs/hj212.zh-CN.md say what the code does. `GATEWAY_RECORD=1` writes them.
@Suite struct CommandTableTests {
    static let documents: [(file: String, isEnglish: Bool)] = [("hj212.md", true), ("hj212.zh-CN.md", false)]

    /// Which editions type a command, by who sends it.
    private static let typed: [String: [Term.Sender: Set<Edition>]] = {
        var typed: [String: [Term.Sender: Set<Edition>]] = [:]
        for request in MessageSamples.requests {
            typed[String(request.command.rawValue), default: [:]][.host, default: []].formUnion(request.editions)
        }
        for message in MessageSamples.messages {
            typed[String(message.command.rawValue), default: [:]][.field, default: []].formUnion(message.editions)
        }
        let answers: [(String, [Term.Sender])] = [
            ("9011", [.field]), ("9012", [.field]), ("9013", [.host, .field]), ("9014", [.host]),
        ]
        for (command, senders) in answers {
            for sender in senders { typed[command, default: [:]][sender] = [.hj2005, .hj2017, .hj2025] }
        }
        return typed
    }()

    private func table(isEnglish: Bool) -> [String] {
        var rows =
            isEnglish
            ? ["| CN | from | meaning | editions | typed |", "|---|---|---|---|---|"]
            : ["| CN | 发送方 | 含义 | 版本 | 逐字段 |", "|---|---|---|---|---|"]
        for code in Vocabulary.command.codes {
            for term in Vocabulary.command.everywhere(code) {
                rows.append("| \(code) | " + columns(code, term, isEnglish: isEnglish).joined(separator: " | ") + " |")
            }
        }
        return rows
    }

    private func columns(_ code: String, _ term: Term, isEnglish: Bool) -> [String] {
        let sender =
            switch term.sender {
            case .host: isEnglish ? "host" : "上位机"
            case .field: isEnglish ? "field" : "现场机"
            case nil: isEnglish ? "either" : "双方"
            }
        let senders: [Term.Sender] = term.sender.map { [$0] } ?? [.host, .field]
        let editions = senders.compactMap { Self.typed[code]?[$0] }.reduce(into: Set<Edition>()) { $0.formUnion($1) }
        let held = editions.filter { term.holds(in: $0) }
        return [
            sender, isEnglish ? term.text.en : term.text.zh, names(term.editions), held.isEmpty ? "–" : names(held),
        ]
    }

    private func names(_ editions: Set<Edition>) -> String {
        let order: [Edition] = [.hj2005, .hj2017, .hj2025, .surfaceWater]
        let names = order.filter { editions.contains($0) || editions.isEmpty }.map {
            $0 == .surfaceWater ? "sw" : $0.name
        }
        return names.joined(separator: " ")
    }

    @Test("The documents list every command as the code has it", arguments: documents)
    func documented(file: String, isEnglish: Bool) throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../docs/\(file)")
        let text = try String(contentsOf: url, encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- commands -->\n"))
        let end = try #require(text.range(of: "<!-- /commands -->"))
        let expected = table(isEnglish: isEnglish).joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["GATEWAY_RECORD"] == "1" {
            try text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: expected)
                .write(to: url, atomically: true, encoding: .utf8)
            return
        }
        #expect(String(text[begin.upperBound..<end.lowerBound]) == expected)
    }

    @Test("Every message that is typed stands in the table of names")
    func complete() {
        for (code, senders) in Self.typed {
            for (sender, editions) in senders {
                for edition in editions {
                    let isNamed = Vocabulary.command.meanings(code, in: edition).contains {
                        $0.sender == nil || $0.sender == sender
                    }
                    #expect(isNamed, "\(code) from the \(sender) in \(edition.name)")
                }
            }
        }
    }
}
