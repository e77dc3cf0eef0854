import Glibc
import Protocol
import Telemetry

// How many HJ 212 frames of about 600 bytes one core turns into typed values each second: frames cut out of a stream, checksum
// verified, header and data area read, every number, mark and time converted. `Benchmarks/hj212.c` does the same the
// textbook way, on the same frames. Prints frames per second of CPU time.
//
// usage: HJ212Decode SECONDS, or HJ212Decode write FILE for the frames themselves

/// Ten thousand frames of about 600 bytes as a monitor sends them: minute data of a stack, each with other numbers.
func stream() -> (bytes: [UInt8], frames: Int) {
    let codes = ["a21026", "a21002", "a34013", "a19001", "a01011", "a01012", "a01013"]
    var bytes: [UInt8] = []
    let count = 10_000
    for frame in 0..<count {
        var factors = codes.enumerated().map { index, code in
            var factor = HJ212Upload.Factor(code: code)
            let hundredths = (frame * 37 + index * 911) % 9_000 + 1_000
            factor.min = Double(hundredths - 100) / 100
            factor.avg = Double(hundredths) / 100
            factor.max = Double(hundredths + 125) / 100
            factor.flag = .normal
            return factor
        }
        factors[0].zsAvg = 35.5
        let time = CivilTime(localMilliseconds: 1_480_000_000_000 + Int64(frame) * 60_000)
        let upload = HJ212Upload(
            kind: .minute, mn: "010000A8900016F000169DC0", st: "31", dataTime: time, qnTime: nil, factors: factors)
        let packet = upload.packet(edition: .hj2017, qn: time.compactWithMilliseconds, asksForAnswer: true)
        bytes += FrameEncoder.frame(packet) ?? []
    }
    return (bytes, count)
}

/// Every typed field of the stream is read; their sum keeps the work from being optimised away.
func decode(_ bytes: [UInt8]) -> (frames: Int, sum: Double) {
    var scanner = FrameScanner(tolerance: .intake)
    var frames = 0
    var sum = 0.0
    var start = 0
    while start < bytes.count {
        let end = min(start + 65_536, bytes.count)
        for case .frame(let frame) in scanner.feed(bytes[start..<end]) {
            guard let upload = HJ212Upload(Packet(segment: frame.segment)), upload.dataTime != nil else { continue }
            frames += 1
            for index in upload.factors.indices where upload.factors[index].flag == .normal {
                sum += upload.factors[index].avg ?? 0
            }
        }
        start = end
    }
    return (frames, sum)
}

let (bytes, count) = stream()
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "write" {
    guard let file = fopen(CommandLine.arguments[2], "wb") else { exit(1) }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    exit(0)
}
let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 3

/// Seconds this process has spent on a CPU: other programs do not count.
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let start = cpuSeconds()
var frames = 0
repeat {
    let result = decode(bytes)
    precondition(result.frames == count && result.sum > 0, "the benchmark decodes what it encoded")
    frames += result.frames
} while cpuSeconds() - start < seconds
print("\(bytes.count / count) bytes a frame, \(Int(Double(frames) / (cpuSeconds() - start))) frames/s")
