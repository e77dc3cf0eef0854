/// Which converted value a period longer than an instant has. The standard leaves it open.
package enum ConvertedMethod: String, CaseIterable, Sendable {
    /// The conversion of the mean concentration at the mean oxygen: what platforms recompute.
    case ofMeans = "of_means"
    /// The mean of the converted values.
    case meanOf = "mean_of"
}
