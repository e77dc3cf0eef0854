extension GatewayScenario {
    private static let standing: Change = {
        $0.mill = 0
        $0.mark = 1
    }

    /// P1–P11: production, treatment, orders and the bypass.
    static let power: [GatewayScenario] = [
        GatewayScenario(
            "P1", "the fan stands while the mill runs", during: [(60..<67, { $0.fan = 0 })],
            expects: ["P1 line 01:06-01:09"]),
        GatewayScenario("P1", "for less than five minutes", during: [(60..<65, { $0.fan = 0 })], expects: []),
        GatewayScenario(
            "P2", "the fan starts eight minutes after the mill",
            during: [(0..<60, standing), (0..<68, { $0.fan = 0 })],
            expects: ["P1 line 01:06-01:10", "P2 line 01:09-"]),
        GatewayScenario(
            "P2", "within five minutes", during: [(0..<60, standing), (0..<64, { $0.fan = 0 })], expects: []),
        GatewayScenario(
            "P3", "the fan stops five minutes after the mill",
            during: [(60..<120, standing), (65..<120, { $0.fan = 0 })],
            expects: ["P3 line 01:06-01:11"]),
        GatewayScenario(
            "P3", "after ten minutes", during: [(60..<120, standing), (71..<120, { $0.fan = 0 })], expects: []),
        GatewayScenario(
            "P6", "three quarters of the load, of which half is allowed",
            at: [(60, .response(level: "orange", minutes: 60))],
            expects: ["P6 line 01:15-02:05"]),
        GatewayScenario(
            "P6", "as much as is allowed", during: [(60..<120, { $0.mill = 200 })],
            at: [(60, .response(level: "orange", minutes: 60))], expects: []),
        GatewayScenario(
            "P6", "lowered within a quarter of an hour", during: [(74..<120, { $0.mill = 200 })],
            at: [(60, .response(level: "orange", minutes: 60))], expects: []),
        GatewayScenario(
            "P9", "marked stopped while the mill runs", during: [(60..<72, { $0.mark = 1 })],
            expects: ["P9 line 01:10-01:17"]),
        GatewayScenario("P9", "for less than ten minutes", during: [(60..<70, { $0.mark = 1 })], expects: []),
        GatewayScenario(
            "P11", "the bypass is open while the mill runs", during: [(60..<62, { $0.damper = 80 })],
            expects: ["P11 line 01:00-01:03"]),
        GatewayScenario(
            "P11", "while the mill stands", during: [(60..<90, standing), (70..<80, { $0.damper = 80 })], expects: []),
    ]
}
