import GatewayCore

extension RunningParts {
    /// Whether a part works with the files it reads for itself, so that a start with `fault` could take it down.
    func works(despite fault: NamedFileFault) -> Bool {
        switch fault.file.owner {
        case .uplink(let id):
            uplinks.first { $0.configuration.id == id }.map { uplink in
                let statistics = uplink.runner.statistics
                return fault.isObstacle ? statistics.lastError?.reason != .file : statistics.isAccepted
            } ?? false
        case .instrument(let id):
            lines.contains { line in
                line.handler.instruments.firstIndex { $0.id == id }.map { line.handler.held[$0] == nil } ?? false
            }
        }
    }
}

extension UplinkStatistics {
    /// Whether the broker takes what the files hold, as far as is known: it did, and no refusal has come since.
    fileprivate var isAccepted: Bool {
        isConnected || (connectionsTotal > 0 && lastError.map { ![.file, .tls, .refused].contains($0.reason) } ?? true)
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
