package import Emissions
package import Telemetry

/// What one line of samples says about one outlet, or one meter, at one instant.
package struct OutletSample: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        /// A reading of the factor with this index in its outlet, in the unit of the factor's readings; no register's scale
        /// applies to it.
        case reading(Reading, factor: Int)
        /// A reading of the meter beside the factor with this index, likewise.
        case total(Reading, factor: Int)
        /// The plant is in this condition from here on.
        case mark(PlantMark)
        /// A reading of the meter with this index in the configuration's section `power`, as it is above: what runs, or is
        /// open.
        case meter(Reading, index: Int)
    }

    package var at: WallInstant
    /// Index into the configuration's outlets; of a meter 0.
    package var outlet: Int
    package var content: Content
    /// Whether it takes the place of a bad one of the same instant.
    package var isBetter = false

    package init(at: WallInstant, outlet: Int, content: Content) {
        self.at = at
        self.outlet = outlet
        self.content = content
    }
}

/// What is wrong with a line of samples, and what to do about it.
package struct SampleLineProblem: Error, Equatable, Sendable {
    /// From 1, in characters.
    package let column: Int
    package let text: BilingualText

    /// ``text`` in English.
    package var message: String { text.en }
}

/// A line of samples that cannot be used, or that counts nowhere.
package struct BadSampleLine: BilingualError, Equatable, Sendable {
    /// From 1.
    package let line: Int
    package let problem: SampleLineProblem
    /// Whether the line can be read, and the work goes on without it.
    package var isWarning = false

    package var text: BilingualText {
        BilingualText(verbatim: "\(line):\(problem.column): \(isWarning ? "warning" : "error"): ") + problem.text
    }
}
