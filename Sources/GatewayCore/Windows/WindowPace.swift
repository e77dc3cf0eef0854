/// How long closed windows wait for what may still come.
package struct WindowPace: Hashable, Sendable {
    /// Samples of a period may come this much after its end.
    package var settling: Duration
    /// An instrument may state the mean of a minute this much after its end, when we have no samples of our own.
    package var minuteStatement: Duration
    /// The same for an hour or a day.
    package var periodStatement: Duration
    /// Whether hours wait for the results of batch analysers.
    package var waitsForResults: Bool
    /// The rates of a day are told this much after it, so that its last hours can be acknowledged.
    package var rates: Duration

    /// With instruments at the other end of a line.
    package static let live = WindowPace(
        settling: .seconds(2), minuteStatement: .seconds(30), periodStatement: .seconds(60), waitsForResults: true,
        rates: .seconds(3600))

    /// With everything in order of time: a window closes when something of a later one comes.
    package static let replay = WindowPace(
        settling: .zero, minuteStatement: .zero, periodStatement: .zero, waitsForResults: false, rates: .zero)
}
