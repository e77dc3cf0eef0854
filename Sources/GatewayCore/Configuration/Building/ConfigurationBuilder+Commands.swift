import Telemetry

extension ConfigurationBuilder {
    /// The commands that an uplink allows.
    func readCommands(_ entry: MappingReader<UplinkKey>, into commands: inout Set<CommandName>) {
        guard let named = entry.scalars(.commands, .choice as ScalarRule<CommandName>) else { return }
        entry.reportEmptyList(.commands, hint: .init("remove the line to allow none", zh: "要全部禁止，删除此行"))
        for (command, position) in named where !commands.insert(command).inserted {
            log.error(
                at: position,
                .init(
                    "`commands`: `\(command.rawValue)` stands here twice", zh: "`commands`：`\(command.rawValue)` 出现了两次")
            )
        }
    }
}
