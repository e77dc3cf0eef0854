import Foundation
import Testing

@testable import GatewayCore

@Suite struct ConfigurationProblemTests {
    @Test("A problem is one line with file, place, severity, message and hint")
    func line() throws {
        let result = readConfiguration(
            "gateway: { id: g1, zzz: 1 }\nhttp: { listen: \"h:1\" }".utf8, file: "/etc/x.yaml")
        let known = GatewayKey.allCases.map(\.rawValue).joined(separator: " ")
        #expect(
            result.lines == [
                "/etc/x.yaml:1:20: error: unknown key `zzz` (known here: \(known))",
                "/etc/x.yaml:2:7: warning: `http` is not served by this version",
            ])
    }

    @Test("As JSON a problem is one object that any reader takes back")
    func json() throws {
        let file = "C:\\\"odd\"\u{7}/配置.yaml"
        let result = readConfiguration("gateway: { id: \"a\\\"b\" }\n".utf8, file: file)
        let problem = try #require(result.problems.first)
        #expect(!problem.json.contains("\n"))
        let object = try #require(JSONSerialization.jsonObject(with: Data(problem.json.utf8)) as? [String: Any])
        #expect(object.count == 6)
        #expect(object["file"] as? String == file)
        #expect(object["line"] as? Int == 1)
        #expect(object["column"] as? Int == 16)
        #expect(object["severity"] as? String == "error")
        #expect(object["message"] as? String == "`id`: `a\"b` is not a name")
        #expect(object["hint"] as? String == "1 to 64 of the characters A-Z a-z 0-9 _ -")
    }

    @Test("Without a hint the object has no such member")
    func jsonWithoutHint() throws {
        let result = readConfiguration("gateway: { id: g1 }\nhttp: { listen: \"h:1\" }".utf8, file: "f")
        #expect(
            result.problems.map(\.json) == [
                #"{"file":"f","line":2,"column":7,"severity":"warning","message":"`http` is not served by this version"}"#
            ])
    }

    @Test("A secret in the wrong place is never repeated")
    func secrets() throws {
        let text = """
            gateway: { id: g1, password: hunter2 }
            uplinks:
              - id: a
                mqtt: { url: "mqtt://plant:hunter2@h", passwd: hunter2, Secret: [hunter2], api_token: { x: hunter2 } }
            """
        let result = readConfiguration(text.utf8)
        #expect(result.errors.count == 5)
        for problem in result.problems {
            #expect(!problem.description.contains("hunter2"))
            #expect(!problem.json.contains("hunter2"))
        }
    }
}
