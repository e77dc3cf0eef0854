import Protocol

extension ProgramQueue.Call {
    /// What the program finds in its environment, `NAME=VALUE`: where programs are looked for, what the configuration
    /// says, and the alarm.
    package func environment(of gateway: String, _ variables: [ActionConfiguration.Variable]) -> [String] {
        var all = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"].filter { _ in
            !variables.contains { $0.name == "PATH" }
        }
        all += variables.map { "\($0.name)=\($0.value)" }
        let facts: [(String, String?)] = [
            ("ID", alarm.id), ("RULE", alarm.rule), ("SEVERITY", alarm.severity.rawValue),
            ("STATE", occasion.rawValue), ("SOURCE", alarm.source), ("FACTOR", alarm.factor),
            ("VALUE", alarm.value.map { "\($0)" }), ("LIMIT", alarm.limit.map { "\($0)" }),
            ("SINCE", "\(alarm.since.millisecondsSince1970)"), ("MESSAGE", alarm.message),
        ]
        all.append("GATEWAYD_GATEWAY=\(gateway)")
        // A zero would end the text.
        all += facts.compactMap { name, value in
            value.map { "GATEWAYD_ALARM_\(name)=\(String($0.unicodeScalars.filter { $0 != "\0" }))" }
        }
        return all
    }

    /// What it reads: the alarm as records have it, on one line.
    package var input: [UInt8] {
        var json = JSONWriter()
        alarm.write(to: &json)
        return json.bytes + [0x0A]
    }
}
