import GatewayCore
import Glibc
import Telemetry

// How many samples one core takes through the whole chain each second: twelve factors of one stack every 5 s, wet and actual
// concentrations to dry standard ones, converted values, flow and mass, minute to day records with their rules of validity.
// `Benchmarks/emissions.c` does the sums alone, the textbook way. Prints samples per second of CPU time, and how much the
// memory grew from the tenth of the days on.
//
// usage: EmissionReplay DAYS

let text = """
    gateway: { id: bench, data_directory: /tmp, realtime_interval: 30s }
    buses:
      - id: rack
        tcp: 127.0.0.1:502
        devices:
          - id: cems
            unit: 1
            poll: 5s
            registers:
              - { name: r0, input: 0, type: float32 }
              - { name: r1, input: 2, type: float32 }
              - { name: r2, input: 4, type: float32 }
              - { name: r3, input: 6, type: float32 }
              - { name: r4, input: 8, type: float32 }
              - { name: r5, input: 10, type: float32 }
              - { name: r6, input: 12, type: float32 }
              - { name: r7, input: 14, type: float32 }
              - { name: r8, input: 16, type: float32 }
              - { name: r9, input: 18, type: float32 }
              - { name: r10, input: 20, type: float32 }
              - { name: r11, input: 22, type: float32 }
    outlets:
      - id: stack-1
        st: "31"
        stack: { area: 12.566, velocity_coefficient: 1.02, reference_oxygen: 6, atmospheric_pressure: 98500 }
        factors:
          - { code: a21026, from: cems.r0, converted: true, limits: [ { average: hour, of: converted, max: 1000 } ] }
          - { code: a21002, from: cems.r1, converted: true }
          - { code: a34013, from: cems.r2, converted: true, basis: wet, state: actual }
          - { code: a19001, from: cems.r3, basis: wet }
          - { code: a01011, from: cems.r4 }
          - { code: a01012, from: cems.r5 }
          - { code: a01013, from: cems.r6 }
          - { code: a01014, from: cems.r7 }
          - { code: a21005, from: cems.r8, converted: true }
          - { code: a21024, from: cems.r9, basis: wet }
          - { code: a05001, from: cems.r10 }
          - { code: a21001, from: cems.r11 }
    """

/// The middle of each factor's values.
let middles = [28.0, 40, 12, 7, 12.5, 120, -0.5, 8, 60, 9, 200, 2]

guard CommandLine.arguments.count == 2, let days = Int(CommandLine.arguments[1]), days > 0,
    let configuration = ConfigurationReader.read(
        file: "bench", text: Array(text.utf8), directory: "/", profile: { _ in nil }
    ).configuration
else {
    print("usage: EmissionReplay DAYS")
    exit(2)
}

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func peakKilobytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
}

let start = WallInstant(millisecondsSince1970: 1_795_190_400_000)
var machine = ReplayMachine(configuration, zone: .china, startingAt: start)
var samples = 0
var records = 0
var early = 0
let began = cpuSeconds()
for step in 0..<(days * 17_280) {
    let at = start + .seconds(step * 5)
    // A walk that repeats after a day and a bit, so that no two minutes are alike.
    let wave = Double((step &* 7919) % 17_291) / 17_291 - 0.5
    for factor in middles.indices {
        let reading = Reading(value: middles[factor] * (1 + 0.2 * wave))
        records += machine.take(OutletSample(at: at, outlet: 0, content: .reading(reading, factor: factor))).count
        samples += 1
    }
    if step == days * 1_728 { early = peakKilobytes() }
}
records += machine.finish().count
let seconds = cpuSeconds() - began
print("\(Int(Double(samples) / seconds)) samples/s, \(records) records, memory grew by \(peakKilobytes() - early) KiB")
