import Foundation

/// Random numbers that can be had again: the seed is printed by a failing test and read from `GATEWAY_SEED`.
package struct SeededGenerator: RandomNumberGenerator, CustomStringConvertible {
    package let seed: UInt64
    private var state: UInt64

    /// `seed`, else the environment's `GATEWAY_SEED`, else a new one.
    package init(seed: UInt64? = nil) {
        let environment = ProcessInfo.processInfo.environment["GATEWAY_SEED"].flatMap { UInt64($0) }
        self.seed = seed ?? environment ?? UInt64.random(in: .min ... .max)
        state = self.seed
    }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// For the comment of an expectation: how to have the same numbers again.
    package var description: String { "GATEWAY_SEED=\(seed)" }
}

/// How many random cases a test tries: `usual`, or as many as `GATEWAY_SOAK` says (`make soak`).
package func randomCases(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["GATEWAY_SOAK"].flatMap { Int($0) } ?? usual
}

/// How many rounds a test of faults plays: `usual`, or as many as `GATEWAY_FAULT_ROUNDS` says (`make soak`).
package func faultRounds(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["GATEWAY_FAULT_ROUNDS"].flatMap { Int($0) } ?? usual
}
