extension ConfigurationBuilder {
    /// The commands that an uplink allows.
    func readCommands(_ entry: MappingReader<UplinkKey>, into commands: inout Set<CommandName>) {
        guard let named = entry.scalars(.commands, .choice as ScalarRule<CommandName>) else { return }
        entry.reportEmptyList(.commands, hint: "remove the line to allow none")
        for (command, position) in named where !commands.insert(command).inserted {
            log.error(at: position, "`commands`: `\(command.rawValue)` stands here twice")
        }
    }
}
