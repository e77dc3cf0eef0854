// Rows through the journal: appended, hashed, committed in groups of the stated size at most, synchronous=FULL. As in the
// daemon, those who append do not wait for the disk. `make bench` compares it with Benchmarks/journal.c. Also makes the backlog
// that the bench has drained.
//
// usage: JournalFill DIRECTORY BYTES ROWS_A_COMMIT ROWS      prints rows per second

import Telemetry
import TelemetryStore

let words = CommandLine.arguments.dropFirst()
let numbers = words.dropFirst().compactMap { Int($0) }
guard words.count == 4, numbers.count == 3, let directory = words.first else {
    print("usage: JournalFill DIRECTORY BYTES ROWS_A_COMMIT ROWS")
    throw UsageMistake()
}
let (size, group, rows) = (numbers[0], numbers[1], numbers[2])
var settings = JournalSettings(commitInterval: .zero)
settings.maximumCommitRows = group
// What may wait is bounded; before it is full, the disk catches up.
let rowsAhead = settings.maximumPendingRows / 10
let journal = try Journal(directory: directory, settings: settings)
let padding = [UInt8](repeating: UInt8(ascii: "x"), count: size)
let clock = ContinuousClock()
let start = clock.now
for row in 1...rows {
    journal.append(kind: "minute", lane: .ordinary, outlet: "stack-1", timestamp: 1_795_227_600_000) { sequence in
        var body = Array(#"{"v":1,"gateway":"fleet","seq":\#(sequence),"outlet":"stack-1","kind":"minute","x":""#.utf8)
        body.append(contentsOf: padding.prefix(max(0, size - body.count - 2)))
        body.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: "}")])
        return body
    }
    if row % rowsAhead == 0 || row == rows { journal.flush(deadline: .seconds(60)) }
}
let seconds = (clock.now - start) / .seconds(1)
print(Int(Double(rows) / seconds))
journal.close(deadline: .seconds(60))

struct UsageMistake: Error {}
