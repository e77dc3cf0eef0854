import Emissions
import GatewayCore
import Telemetry
import Testing

/// A stack with conversion and greenhouse gases, and an outfall.
let reportPlant = """
    gateway: { id: plant-01, data_directory: /tmp/x, language: en }
    buses:
      - id: rack
        tcp: 127.0.0.1:502
        devices:
          - id: cems
            unit: 1
            registers:
              - { name: a, input: 0, type: float32 }
              - { name: b, input: 2, type: float32 }
              - { name: c, input: 4, type: float32 }
              - { name: d, input: 6, type: float32 }
              - { name: e, input: 8, type: float32 }
    outlets:
      - id: stack-1
        name: 1号烟囱
        st: "31"
        stack: { area: 12.566, reference_oxygen: 6 }
        factors:
          - { code: a21026, from: cems.a, converted: true }
          - { code: a19001, from: cems.b }
          - { code: a05001, from: cems.c }
          - { code: a05002, from: cems.d }
          - { code: a01011, from: cems.e }
      - id: water-1
        st: "32"
        factors:
          - { code: w00000, from: cems.a }
          - { code: w01018, from: cems.b }
          - { code: w01001, from: cems.c }
    """

/// An hour on China's clock in 2026, hours beyond the day running into the next ones.
struct ReportTime {
    let civil: CivilTime

    init(_ month: Int, _ day: Int, _ hour: Int, year: Int = 2026) {
        let start = CivilTime(year: year, month: month, day: day).localMilliseconds
        civil = CivilTime(localMilliseconds: start + Int64(hour) * 3_600_000)
    }

    var start: Int64 { civil.localMilliseconds - 8 * 3_600_000 }
}

/// The line of an hour record.
func hourLine(
    _ time: ReportTime, _ data: String, outlet: String = "stack-1", mark: String? = nil, kind: String = "hour"
) -> String {
    #"{"v":1,"gateway":"plant-01","seq":7,"outlet":"\#(outlet)","st":"31","kind":"\#(kind)","ts":\#(time.start),"#
        + #""dataTime":"\#(time.civil.compact)","period":3600,"#
        + (mark.map { #""mark":"\#($0)","# } ?? "") + #""data":{\#(data)}}"#
}

/// A factor of a record; `valid` is what Valid says.
func factor(_ code: String, _ average: Double?, zs: Double? = nil, cou: Double? = nil, valid: Bool = true) -> String {
    var fields: [String] = []
    if let average { fields.append("\"Avg\":\(average)") }
    if let zs { fields.append("\"ZsAvg\":\(zs)") }
    if let cou { fields.append("\"Cou\":\(cou)") }
    fields.append(valid ? #""Flag":"N","Count":60"# : #""Flag":"D","Count":3,"Valid":false,"Reason":"3 valid minutes""#)
    if !valid, zs != nil { fields.append(#""ZsValid":false,"ZsReason":"3 valid minutes""#) }
    if !valid, cou != nil { fields.append(#""CouValid":false,"CouReason":"3 valid minutes""#) }
    return "\"\(code)\":{\(fields.joined(separator: ","))}"
}

/// The report of the outlet over the hours of `lines`.
func emissionReport(
    _ lines: [String], outlet: String = "stack-1", _ options: ReportOptions, text: String = reportPlant
) throws -> EmissionReport {
    let plan = try #require(ReportPlan(outlet: outlet, of: try validConfiguration(text)))
    var hours = ReportRecords(period: options.period, substituting: options.isSubstituting)
    for line in lines {
        if let hour = try PeriodRecord(json: line.utf8), hour.outlet == outlet { hours.take(hour) }
    }
    return EmissionReport(plan, records: hours, options: options)
}

extension EmissionReport {
    func factor(_ code: String) throws -> Factor { try #require(factors.first { $0.code == code }) }
}

extension ReportOptions {
    static let november = ReportOptions(period: .month(year: 2026, month: 11))
    static let substituted = ReportOptions(period: .month(year: 2026, month: 11), isSubstituting: true)
}
