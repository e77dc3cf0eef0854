package import Telemetry

/// What becomes of the parts that run when the configuration changes: those that are configured as before go on, the others
/// are stopped, started, or both.
package struct ReloadPlan: Equatable, Sendable {
    /// Of parts of one sort.
    package struct Parts: Equatable, Sendable {
        /// New index → old index, of those that go on.
        package var kept: [Int: Int] = [:]
        /// Old indices.
        package var stopped: [Int] = []
        /// New indices.
        package var started: [Int] = []
    }

    package let buses: Parts
    /// Indices into ``GatewayConfiguration/instrumentLines``.
    package let lines: Parts
    package let uplinks: Parts
    /// What is stopped and started, one line each.
    package let told: [BilingualText]
    /// ``told`` in English.
    package var words: [String] { told.map(\.en) }

    /// `changedFiles`: absolute paths of files that the configuration names and whose content is another than before.
    package init(
        from old: GatewayConfiguration, to new: GatewayConfiguration, changedFiles: Set<String> = []
    ) {
        buses = Parts(old.buses, new.buses) { $0 == $1 }
        lines = Parts(old.instrumentLines, new.instrumentLines) { was, becomes in
            let becomes = becomes.map { new.instruments[$0] }
            return was.map { old.instruments[$0] } == becomes
                && becomes.flatMap(\.namedFiles).allSatisfy { !changedFiles.contains($0.path) }
        }
        uplinks = Parts(old.uplinks, new.uplinks) { was, becomes in
            was == becomes && becomes.namedFiles.allSatisfy { !changedFiles.contains($0.path) }
        }
        let oldLines = old.instrumentLines.map { $0.map { old.instruments[$0].id }.joined(separator: ", ") }
        let newLines = new.instrumentLines.map { $0.map { new.instruments[$0].id }.joined(separator: ", ") }
        told =
            buses.words(.init("bus", zh: "总线"), old.buses.map(\.id), new.buses.map(\.id))
            + lines.words(.init("line of", zh: "线路"), oldLines, newLines)
            + uplinks.words(.init("uplink", zh: "上行链路"), old.uplinks.map(\.id), new.uplinks.map(\.id))
    }

    /// Whether every part goes on.
    package var isEmpty: Bool {
        [buses, lines, uplinks].allSatisfy { $0.stopped.isEmpty && $0.started.isEmpty }
    }
}

extension ReloadPlan.Parts {
    fileprivate init<Part>(_ old: [Part], _ new: [Part], isSame: (Part, Part) -> Bool) {
        for (index, part) in new.enumerated() {
            if let before = old.firstIndex(where: { isSame($0, part) }) {
                kept[index] = before
            } else {
                started.append(index)
            }
        }
        let going = Set(kept.values)
        stopped = old.indices.filter { !going.contains($0) }
    }

    fileprivate func words(_ sort: BilingualText, _ old: [String], _ new: [String]) -> [BilingualText] {
        let stopping = Set(stopped.map { old[$0] })
        let starting = Set(started.map { new[$0] })
        func told(_ name: String, _ what: BilingualText) -> BilingualText {
            .init("\(sort.en) \(name): \(what.en)", zh: "\(sort.zh) \(name)：\(what.zh)")
        }
        return started.map { new[$0] }.map { name in
            told(name, stopping.contains(name) ? .init("restarted", zh: "重启") : .init("started", zh: "启动"))
        } + stopped.map { old[$0] }.filter { !starting.contains($0) }.map { told($0, .init("stopped", zh: "停止")) }
    }
}
