import HostSystem
import PlantSimulator
import Telemetry

extension Command {
    static let simulate = Command(
        "simulate",
        "--plant demo|fleet … | --instrument --mn MN … | --centre --listen HOST:PORT … | --fleet N --broker URL …",
        summary: BilingualText(
            "Play instruments, a centre or a fleet of gateways until Ctrl-C.",
            zh: "模拟仪表、上位机或大量网关，直到 Ctrl-C。"),
        details: BilingualText(
            """
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
            """,
            zh: """
                --plant demo|fleet [--seconds N] [--seed N] [--devices N --registers N]
                        [--write-config FILE --data DIR --broker URL]
                  demo   一个烟囱（Modbus TCP、伪终端上的 Modbus RTU、HJ 212）和一个废水排口。在 --seconds 内
                         （默认 60，最少 30；0 为每分钟重复）SO2 超标一次，烟尘仪中断一次。
                  fleet  --devices 台 Modbus TCP 设备（默认 50），每台 --registers 个 float32（默认 50）。
                  --write-config 生成读取该工厂的网关配置，数据目录为 --data（默认 /tmp/gatewayd-simulated），
                  发布到 --broker（默认 mqtt://127.0.0.1:1883）。

                --instrument --mn MN [--edition \(names(SimulatedEdition.self, "|"))] [--st 31]
                        [--connect HOST:PORT | --listen HOST:PORT | --serial PATH[,9600,N,8,1] | --terminal]
                        [--interval 2s] [--factors w01018,w21003] [--no-answers] [--past MINUTES]
                        [--clock-error SECONDS] [--ask-time] [--station N] [--key FILE [--cipher raw|list]]
                        [--fault NAME[=N] …] [--seed N] [--seconds N]
                  一台 HJ 212 仪表：上报，未得到应答则重发，应答上位机，保存历史数据。--terminal 建立伪终端并显示其
                  路径；--no-answers：不要求应答；--past：已经测量了这么多分钟；--key：加密 2025 版的数据。

                --centre --listen HOST:PORT [--edition …] [--key FILE] [--request CN[:DATA][@AFTER[/EVERY]] …]
                        [--fault NAME[=N] …] [--seed N] [--seconds N]
                  一个上位机：应答、统计不重复的记录、解密。--request 向每个连接的第一台仪表下命令，AFTER 和 EVERY
                  以秒计：--request 1012@5 --request 2051@30/60 --request 1062:RtdInterval=5

                --fleet N --broker mqtt://HOST:PORT [--interval 60s] [--factors a21026,…] [--seconds N] [--connect-rate 200]
                        [--prefix cems] [--name fleet] [--username NAME --password-file FILE] [--ca-file FILE]
                  N 台网关的 MQTT 一侧，名为 fleet-00001 等，各有自己的客户端标识、会话、状态和遗嘱。每秒建立
                  --connect-rate 个连接，然后每台每隔 --interval 发布一条记录，在间隔内均匀分布：烟囱的分钟记录，十个
                  因子或 --factors 所列；间隔小于一分钟时为实时值。每次运行编号从 1 开始。
                  显示每秒消息数和字节数、PUBACK 延迟、重连次数和错误；有网关未能连接或有记录未得到确认时，退出码 1。

                HOST: 可省略，省略时只在回环地址上。每个报文一行：→ 发出，← 收到，故障写在方括号内，密码以星号代替。
                密钥文件可用网关的，也可每行只有一个密钥。
                --fault 对可施加该故障的报文，每 N 个施加一次（默认每个）。仪表的故障有：
                  \(wrapped(HJ212Fault.ofInstruments))
                上位机的相同，但没有 split、oversize、encrypted、wrong-key、gbk。
                """)
    ) { words throws(UsageError) in
        let modes = ["--plant", "--instrument", "--centre", "--fleet"].filter { mode in
            words.contains { $0 == mode || $0.hasPrefix(mode + "=") }
        }
        guard modes.count == 1 else {
            throw UsageError(
                "give exactly one of --plant, --instrument, --centre and --fleet",
                zh: "--plant、--instrument、--centre、--fleet 应给出其中一个")
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
            Console.failure(error, of: "simulate")
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
