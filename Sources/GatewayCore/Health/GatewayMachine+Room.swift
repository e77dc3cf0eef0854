import Alarms
package import Telemetry

extension GatewayMachine {
    /// The room for the journal has become scarce, is exhausted, or ample again (rule D10).
    package mutating func journalRoom(
        isScarce: Bool, isExhausted: Bool, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        var actions: [Action] = []
        let verdict = GatewayHealth.room(isScarce: isScarce, isExhausted: isExhausted)
        tell(alarms.desk.judge(verdict, at: health.roomPlace, now: Moment(wall: wall, uptime: now)), at: wall, to: &actions)
        return actions
    }
}
