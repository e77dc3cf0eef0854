// What the alarm rules cost: samples of many outlets through the machine of `gatewayd replay`, with every rule and with none.
//
// usage: AlarmRules on|off MINUTES
//
// 45 outlets of twelve factors, each read so often that 2,500 samples come in a second; present values, minutes, hours and days
// have limits. Prints how many rules there are, the CPU per sample, and what 2,500 samples a second take of a core.
import GatewayCore
import Glibc
import Telemetry

let outletCount = 45
let samplesPerSecond = 2_500
/// In milliseconds: outlets × factors samples in that time.
let pollMilliseconds = 216

/// Code, middle, and whether it has limits.
let factors: [(code: String, middle: Double, isLimited: Bool)] = [
    ("a21026", 20, true), ("a21002", 30, true), ("a21003", 15, true), ("a34013", 5, true), ("a21005", 60, true),
    ("a21024", 9, true), ("a21001", 2, true), ("a21018", 1, true), ("a19001", 6, false), ("a01011", 12, false),
    ("a01012", 80, false), ("a01014", 8, false),
]

guard CommandLine.arguments.count == 3, let minutes = Int(CommandLine.arguments[2]), minutes > 0,
    ["on", "off"].contains(CommandLine.arguments[1])
else {
    print("usage: AlarmRules on|off MINUTES")
    exit(2)
}
let hasAlarms = CommandLine.arguments[1] == "on"

func limits(_ middle: Double) -> String {
    let most = middle * 2
    return [
        "{ average: realtime, max: \(most), warn: 80%, min: -5 }",
        "{ average: minute, max: \(most), warn: 80%, min: -5 }",
        "{ average: hour, of: converted, max: \(most), warn: 80% }",
        "{ average: hour, max: \(most), warn: 80%, min: -5 }",
        "{ average: day, of: converted, max: \(most), warn: 80% }", "{ average: month, max: \(most) }",
    ].joined(separator: ", ")
}

func outlet(_ number: Int) -> String {
    let entries = factors.map { code, middle, isLimited in
        let limited = hasAlarms && isLimited ? ", limits: [ \(limits(middle)) ]" : ""
        let converted = isLimited ? ", converted: true" : ""
        return
            "      - { code: \(code), from: cems-\(number).\(code), range: [-10, \(middle * 5)]\(converted)\(limited) }"
    }
    return """
          - id: stack-\(number)
            st: "31"
            stack: { area: 12.566, reference_oxygen: 6, atmospheric_pressure: 98500 }
            plant_mark: { from: cems-\(number).boiler, marks: { 0: F } }
            factors:

        """ + entries.joined(separator: "\n") + "\n"
}

func configurationText() -> String {
    var text = "gateway: { id: bench, data_directory: /tmp/x, realtime_interval: 1m }\nbuses:\n"
    for number in 1...outletCount {
        let registers = factors.enumerated().map { "{ name: \($1.code), input: \(2 * $0), type: float32 }" }
        text += """
              - id: bus-\(number)
                tcp: 127.0.0.1:\(500 + number)
                devices:
                  - id: cems-\(number)
                    unit: 1
                    poll: \(pollMilliseconds)ms
                    registers:
                      [ \(registers.joined(separator: ", ")), { name: boiler, holding: 0, type: uint16 } ]

            """
    }
    text += "outlets:\n" + (1...outletCount).map(outlet).joined()
    if !hasAlarms {
        let rules = [
            "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "C1", "C2", "C3", "C4", "C7", "D4", "D1",
        ]
        text += "alarms:\n  rules:\n" + rules.map { "    \($0): { enabled: false }\n" }.joined()
    }
    return text
}

let result = ConfigurationReader.read(
    file: "bench", text: Array(configurationText().utf8), directory: "/", profile: { _ in nil })
guard let configuration = result.configuration else {
    print(result.problems.map(\.description).joined(separator: "\n"))
    exit(1)
}

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

// Ten minutes before an hour ends, so that hours close too.
let start = WallInstant(millisecondsSince1970: 1_795_193_400_000)
var machine = ReplayMachine(configuration, zone: .china, startingAt: start)
var samples = 0
var records = 0
let began = cpuSeconds()
for step in 0..<(minutes * 60_000 / pollMilliseconds) {
    let at = start + .milliseconds(step * pollMilliseconds)
    // A walk, so that no two minutes are alike.
    let wave = Double((step &* 7919) % 17_291) / 17_291 - 0.5
    for outlet in 0..<outletCount {
        // Now and then one outlet in twenty is above its limits.
        let isHigh = outlet % 20 == 7 && step / 2_000 % 3 == 1
        for factor in factors.indices {
            let value = factors[factor].middle * (1 + 0.2 * wave + (isHigh && factors[factor].isLimited ? 1.5 : 0))
            let content = OutletSample.Content.reading(Reading(value: value), factor: factor)
            records += machine.take(OutletSample(at: at, outlet: outlet, content: content)).count
            samples += 1
        }
    }
}
let perSample = (cpuSeconds() - began) / Double(samples)
let share = perSample * Double(samplesPerSecond) * 100
print(
    "\(machine.ruleCount) rules, \(Int(perSample * 1e9)) ns a sample, \(Int(share * 1_000)) thousandths of a percent of a core,",
    "\(records) records")
