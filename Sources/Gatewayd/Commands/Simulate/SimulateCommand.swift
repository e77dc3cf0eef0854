import HostSystem
import PlantSimulator

extension Command {
    static let simulate = Command(
        "simulate",
        "--plant demo|fleet … | --instrument --mn MN … | --centre --listen HOST:PORT … | --fleet N --broker URL …",
        summary: "Play instruments, a centre or a fleet of gateways until Ctrl-C.",
        details: """
            --plant demo|fleet [--seconds N] [--seed N] [--devices N --registers N]
                    [--write-config FILE --data DIR --broker URL]
              demo   a stack (Modbus TCP, Modbus RTU on a pseudo-terminal, HJ 212) and a water outfall. Within --seconds
                     (default 60, at least 30; 0 repeats a minute) SO2 exceeds its limit and the dust monitor falls silent.
              fleet  --devices Modbus TCP devices (default 50) with --registers float32 each (default 50).
              --write-config writes the configuration of a gateway that reads the plant, keeps its data in --data
              (default /tmp/gatewayd-simulated) and publishes to --broker (default mqtt://127.0.0.1:1883).

            --instrument --mn MN [--edition \(names(SimulatedEdition.self, "|"))] [--st 31]
                    [--connect HOST:PORT | --listen HOST:PORT | --serial PATH[,9600,N,8,1] | --terminal]
                    [--interval 2s] [--factors w01018,w21003] [--no-answers] [--past MINUTES]
                    [--clock-error SECONDS] [--ask-time] [--station N] [--key FILE [--cipher raw|list]]
                    [--fault NAME[=N] …] [--seed N] [--seconds N]
              An HJ 212 instrument: uploads, repeats what is not acknowledged, answers its host, remembers what it
              measured. --terminal makes a pseudo-terminal and tells its path; --no-answers: it does not ask for
              acknowledgements; --past: it has been measuring for so long; --key: encrypts data of the 2025 edition.

            --centre --listen HOST:PORT [--edition …] [--key FILE] [--request CN[:DATA][@AFTER[/EVERY]] …]
                    [--fault NAME[=N] …] [--seed N] [--seconds N]
              A host platform: acknowledges, counts distinct records, decrypts. --request asks the first instrument of
              each connection, AFTER and EVERY in seconds: --request 1012@5 --request 2051@30/60 --request 1062:RtdInterval=5

            --fleet N --broker mqtt://HOST:PORT [--interval 60s] [--factors a21026,…] [--seconds N] [--connect-rate 200]
                    [--prefix cems] [--name fleet] [--username NAME --password-file FILE] [--ca-file FILE]
              The MQTT side of N gateways, fleet-00001 and so on, each with its own client id, session, status and will.
              They connect --connect-rate a second; then each publishes a record every --interval, spread over it: minutes
              of a stack with ten factors or --factors, present values below a minute. Numbers begin at 1 with each run.
              Prints messages and bytes a second, PUBACK latency, reconnects and errors; exit code 1 when a gateway could
              not connect or a record was not acknowledged.

            HOST: is optional; without it the peer stays on loopback. Each frame is one line: → sent, ← received, with its
            faults in brackets; passwords are starred. A key file is one of the gateway, or has a key a line.
            --fault strikes every Nth frame it can strike (default each). Of an instrument:
              \(wrapped(HJ212Fault.ofInstruments))
            Of a centre the same without split, oversize, encrypted, wrong-key and gbk.
            """
    ) { words throws(UsageError) in
        let modes = ["--plant", "--instrument", "--centre", "--fleet"].filter { mode in
            words.contains { $0 == mode || $0.hasPrefix(mode + "=") }
        }
        guard modes.count == 1 else {
            throw UsageError("give exactly one of --plant, --instrument, --centre and --fleet")
        }
        do {
            switch modes[0] {
            case "--plant": try simulatePlant(words)
            case "--instrument": try simulateInstrument(words)
            case "--centre": try simulateCentre(words)
            default: return try simulateFleet(words) ? .good : .failed
            }
            return .good
        } catch let error as UsageError {
            throw error
        } catch {
            Console.error("gatewayd simulate: \(error)\n")
            return .failed
        }
    }

    /// Calls `body` with something that Ctrl-C wakes.
    static func untilInterrupted(_ body: (WakeDescriptor) throws -> Void) throws {
        let stop = WakeDescriptor()
        let signals = try SignalListener { signal in if signal != .hangUp { stop.wake() } }
        defer { signals.stop() }
        try body(stop)
    }

    /// The values of an enumeration as they are written.
    static func names<Value: CaseIterable & RawRepresentable<String>>(_ type: Value.Type, _ separator: String) -> String
    {
        Value.allCases.map(\.rawValue).joined(separator: separator)
    }

    private static func wrapped(_ kinds: [HJ212Fault.Kind]) -> String {
        var lines = [""]
        for kind in kinds {
            if lines[lines.count - 1].count + kind.rawValue.count > 100 { lines.append("") }
            lines[lines.count - 1] += lines[lines.count - 1].isEmpty ? kind.rawValue : " " + kind.rawValue
        }
        return lines.joined(separator: "\n  ")
    }
}
