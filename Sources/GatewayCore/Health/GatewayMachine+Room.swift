import Alarms
package import Telemetry

extension GatewayMachine {
    /// The room for the journal has become scarce, is exhausted, or ample again (rule D10).
    package mutating func journalRoom(
        isScarce: Bool, isExhausted: Bool, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        var actions: [Action] = []
        let verdict = GatewayHealth.room(isScarce: isScarce, isExhausted: isExhausted)
        let moment = Moment(wall: wall, uptime: now)
        tell(alarms.desk.judge(verdict, at: health.roomPlace, now: moment), at: wall, to: &actions)
        return actions
    }
}
