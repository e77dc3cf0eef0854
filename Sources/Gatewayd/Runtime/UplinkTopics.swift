import GatewayCore

/// The topics of one gateway at one broker.
struct UplinkTopics {
    /// `{prefix}/v1/{gateway}/`
    let base: String
    private let live: String
    private let history: String

    init(prefix: String, gateway: String) {
        base = "\(prefix)/v1/\(gateway)/"
        live = base + "live/"
        history = base + "history/"
    }

    /// Where the gateway's presence is retained, by itself or by its will.
    var status: String { base + "status" }

    func record(_ lane: UplinkLane, outlet: String, kind: String) -> String {
        (lane == .live ? live : history) + outlet + "/" + kind
    }
}
