/// The rules, by their stable names: what configurations, records and [alarms.md](../../../docs/alarms.md) call them.
package enum RuleID: String, CaseIterable, Hashable, Sendable {
    // Limits.
    case hourLimit = "L1"
    case longLimit = "L2"
    case preWarning = "L3"
    case hourForecast = "L4"
    case dayForecast = "L5"
    case shortLimit = "L6"
    case lowerLimit = "L7"
    // Totals.
    case quota = "T1"
    case seasonQuota = "T2"
    // Quality of readings.
    case constantValue = "Q1"
    case zeroValue = "Q2"
    case negativeValue = "Q3"
    case overRange = "Q4"
    case jump = "Q5"
    case tooSmooth = "Q6"
    case flatTop = "Q7"
    case unsuitableRange = "Q8"
    // Readings against each other.
    case airWhileRunning = "C1"
    case flowAgainstMark = "C2"
    case outsidePhysics = "C3"
    case massAgainstFlow = "C4"
    case combustionConflict = "C7"
    // Data and links.
    case silence = "D1"
    case errorShare = "D2"
    case staleData = "D3"
    case incompleteHour = "D4"
    case undeliveredHour = "D5"
    case uplinkDown = "D6"
    case oldBacklog = "D7"
    case rateForecast = "D8"
    case clockOffset = "D9"
    case storageTrouble = "D10"
    case recordRefused = "D11"
    case sharedIdentifier = "D12"
    // Maintenance and marks.
    case parameterChanged = "M1"
    case gatewayEvent = "M2"
    case longOutage = "M4"
    case exemption = "M5"
    // Power and condition of production and treatment.
    case treatmentOff = "P1"
    case treatmentLate = "P2"
    case treatmentStoppedEarly = "P3"
    case productionForbidden = "P6"
    case markConflict = "P9"
    case bypassOpen = "P11"
}
