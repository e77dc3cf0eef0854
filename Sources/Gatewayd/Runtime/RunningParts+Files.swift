import GatewayCore

extension RunningParts {
    /// Whether a part with the files it reads for itself works: it is there, and nothing of these keeps it down.
    func uses(_ owner: NamedFile.Owner) -> Bool {
        switch owner {
        case .uplink(let id):
            uplinks.first { $0.configuration.id == id }.map { $0.runner.statistics.lastError?.reason != .file } ?? false
        case .instrument(let id):
            lines.contains { line in
                line.handler.instruments.firstIndex { $0.id == id }.map { line.handler.held[$0] == nil } ?? false
            }
        }
    }
}

extension ReloadPlan {
    /// Whether the part is made anew. `configuration`: the next one.
    func starts(_ owner: NamedFile.Owner, in configuration: GatewayConfiguration) -> Bool {
        switch owner {
        case .uplink(let id): uplinks.started.contains { configuration.uplinks[$0].id == id }
        case .instrument(let id):
            lines.started.contains { line in
                configuration.instrumentLines[line].contains { configuration.instruments[$0].id == id }
            }
        }
    }
}
