/// Which converted value a period longer than an instant has. The standard leaves it open.
package enum ConvertedMethod: String, CaseIterable, Sendable {
    /// The conversion of the period's own means where both are valid, which platforms recompute; else as ``paired``.
    case ofMeans = "of_means"
    /// The conversion of the means over the parts in which concentration and oxygen are both valid.
    case paired
    /// The mean of the converted values.
    case meanOf = "mean_of"
}
