import Emissions
import GatewayCore
import HostSystem
import JSON
import Protocol
import Telemetry

/// Takes operators' marks over the control socket: `{"mark":OUTLET,"factor"?,"flag"|"plant"|"clear","seconds","by","note"?,"language"?}`.
enum MarkDesk {
    /// The reply; nil for what is no mark.
    static func answer(_ request: JSONValue, core: CoreHost, log: LogSink) -> [UInt8]? {
        guard case .string(let outlet) = request["mark"] else { return nil }
        let language = Language(request)
        guard let mark = mark(of: outlet, request) else {
            return reply(error: BilingualText("the mark is not complete", zh: "标记不完整"), language)
        }
        var refusal: UnknownMarkTarget?
        core.step { machine, _, wall in
            do throws(UnknownMarkTarget) {
                return try machine.mark(mark(wall), at: wall)
            } catch {
                refusal = error
                return []
            }
        }
        if let refusal { return reply(error: refusal.text, language) }
        log.log(.notice, "mark by an operator", [LogField("outlet", outlet)])
        core.keep()
        return Array(#"{"ok":true}"#.utf8)
    }

    /// What the request asks for, once the time is known.
    private static func mark(of outlet: String, _ request: JSONValue) -> ((WallInstant) -> OperatorMark)? {
        guard let by = text(request["by"]) else { return nil }
        let factor = text(request["factor"])
        let note = text(request["note"])
        func made(_ statement: OperatorMark.Statement) -> OperatorMark {
            OperatorMark(outlet: outlet, factor: factor, statement: statement, by: by, note: note)
        }
        if request["clear"] == .bool(true) { return { _ in made(.clear) } }
        guard case .integer(let seconds) = request["seconds"], (1...Int64(MarkForm.longest.inSeconds)).contains(seconds)
        else { return nil }
        let length = Duration.seconds(seconds)
        if let word = text(request["flag"]), let flag = MarkForm.flag(word) {
            return { made(.flag(flag, until: $0 + length)) }
        }
        if let word = text(request["plant"]), let plant = PlantMark(rawValue: word) {
            return { made(.plant(plant, until: $0 + length)) }
        }
        return nil
    }

    private static func text(_ value: JSONValue?) -> String? {
        if case .string(let text) = value, !text.isEmpty { text } else { nil }
    }

    private static func reply(error: BilingualText, _ language: Language) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("error", language(error))
        json.endObject()
        return json.bytes
    }
}

/// What a mark may say.
enum MarkForm {
    /// A mark that nobody ends is forgotten after this at the latest.
    static let longest = Duration.seconds(30 * 86_400)

    /// The flags that a person may set. `N` is none of them: what an instrument reports as bad stays bad.
    static let flags: [DataFlag] = [.maintenance, .calibration, .fault, .outOfService, .setByHand]

    static func flag(_ word: String) -> DataFlag? { flags.first { $0.text == word } }
}
