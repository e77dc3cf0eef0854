import Cipher
import GatewayCore
import HostSystem
import PlantSimulator
import Telemetry

extension Command {
    static func simulateInstrument(_ words: [String]) throws {
        let arguments = try Arguments(
            words,
            options: [
                "mn", "edition", "st", "connect", "listen", "serial", "interval", "factors", "past", "clock-error",
                "station", "key", "key-file", "cipher", "fault", "seed", "seconds",
            ], flags: ["instrument", "terminal", "no-answers", "ask-time"])
        let length = try runTime(arguments)
        let (role, endpoint) = try place(arguments)
        let monitor = try instrument(arguments, role)
        let simulation = try PeerSimulation(instrument: monitor, at: endpoint) { Console.print($0 + "\n") }
        try untilInterrupted { try simulation.run(until: $0, for: length) }
    }

    static func simulateCentre(_ words: [String]) throws {
        let arguments = try Arguments(
            words, options: ["listen", "edition", "key", "key-file", "request", "fault", "seed", "seconds"],
            flags: ["centre"])
        let length = try runTime(arguments)
        let address = try address("listen", try arguments.required("listen"))
        var centre = SimulatedCentre()
        centre.edition = try arguments.choice("edition") ?? .hj2017
        guard centre.edition != .addressed else {
            throw UsageError(
                "--edition addressed: a dialect of instruments, a centre does not speak it",
                zh: "--edition addressed：仪表的方言，上位机不使用")
        }
        centre.keys = try keys(arguments)
        centre.faults = try faults(arguments, among: HJ212Fault.ofCentres)
        centre.seed = UInt64(try arguments.number("seed", in: 0...Int.max) ?? 1)
        for text in arguments.all("request") {
            guard let request = CentreRequest(text) else {
                throw UsageError(
                    "--request \(text): not CN[:DATA][@AFTER[/EVERY]] with times in whole seconds",
                    zh: "--request \(text)：应写成 CN[:DATA][@AFTER[/EVERY]]，时间为整秒")
            }
            centre.requests.append(request)
        }
        let simulation = PeerSimulation(centre: centre, at: .listen(host: address.host, port: address.port)) {
            Console.print($0 + "\n")
        }
        try untilInterrupted { try simulation.run(until: $0, for: length) }
    }

    // MARK: Reading the options

    private static func instrument(
        _ arguments: Arguments, _ role: SimulatedMonitor.Role
    ) throws -> SimulatedMonitor {
        let edition: SimulatedEdition = try arguments.choice("edition") ?? .hj2017
        let seed = UInt64(try arguments.number("seed", in: 0...Int.max) ?? 1)
        let st = try code("st", arguments.value("st") ?? (edition == .surfaceWater ? "21" : "31"))
        let mn = try code("mn", try arguments.required("mn"))
        let codes = arguments.value("factors")?.split(separator: ",").map(String.init) ?? edition.typicalFactors(st: st)
        var factors: [SimulatedFactor] = []
        for text in codes { factors.append(SimulatedFactor(typical: try code("factors", text), seed: seed)) }
        var monitor = SimulatedMonitor(id: "instrument", mn: mn, st: st, role: role, factors: factors)
        monitor.edition = edition
        monitor.seed = seed
        monitor.interval = try arguments.duration("interval", in: .milliseconds(10)...(.seconds(3_600))) ?? .seconds(2)
        monitor.asksForAnswers = !arguments.has("no-answers")
        monitor.asksForTime = arguments.has("ask-time")
        monitor.clockError = .seconds(try arguments.number("clock-error", in: -86_400_000...86_400_000) ?? 0)
        monitor.past = .seconds(60 * (try arguments.number("past", in: 0...57_600) ?? 0))
        monitor.station = try arguments.number("station", in: 0...9_999) ?? 1
        monitor.cipherForm = try arguments.choice("cipher") ?? .raw
        monitor.faults = try faults(arguments, among: HJ212Fault.ofInstruments)
        monitor.key = try keys(arguments).first
        return monitor
    }

    private static func runTime(_ arguments: Arguments) throws(UsageError) -> Duration? {
        try arguments.number("seconds", in: 1...31_536_000).map { .seconds($0) }
    }

    /// How the instrument and its host meet; no endpoint: at a pseudo-terminal.
    private static func place(
        _ arguments: Arguments
    ) throws(UsageError) -> (role: SimulatedMonitor.Role, endpoint: LineEndpoint?) {
        let given = ["connect", "listen", "serial"].filter { arguments.value($0) != nil }
        guard given.count + (arguments.has("terminal") ? 1 : 0) == 1 else {
            throw UsageError(
                "give exactly one of --connect, --listen, --serial and --terminal",
                zh: "--connect、--listen、--serial、--terminal 应给出其中一个")
        }
        guard let kind = given.first, let text = arguments.value(kind) else { return (.listens, nil) }
        if kind == "serial" { return (.listens, .serial(try serialSettings(text))) }
        let address = try address(kind, text)
        return kind == "connect"
            ? (.connects, .connect(host: address.host, port: address.port))
            : (.listens, .listen(host: address.host, port: address.port))
    }

    /// `[HOST:]PORT`, on loopback without a host.
    private static func address(_ option: String, _ text: String) throws(UsageError) -> Endpoint {
        let full = text.allSatisfy(\.isNumber) ? "127.0.0.1:\(text)" : text
        guard let address = Endpoint(full, defaultPort: 0), address.port > 0 else {
            throw UsageError("--\(option) \(text): not HOST:PORT", zh: "--\(option) \(text)：应写成 主机:端口")
        }
        return address
    }

    /// Text that may stand in a frame's header.
    private static func code(_ option: String, _ text: String) throws(UsageError) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        guard isPlain, (1...64).contains(text.utf8.count) else {
            throw UsageError(
                "--\(option) '\(text)': not 1 to 64 letters, digits and _",
                zh: "--\(option) “\(text)”：应为 1 到 64 个字母、数字或 _")
        }
        return text
    }

    private static func faults(
        _ arguments: Arguments, among kinds: [HJ212Fault.Kind]
    ) throws(UsageError) -> [HJ212Fault] {
        var faults: [HJ212Fault] = []
        for text in arguments.all("fault") {
            guard let fault = HJ212Fault(text), kinds.contains(fault.kind) else {
                let names = kinds.map(\.rawValue).joined(separator: ", ")
                throw UsageError(
                    "--fault \(text): not NAME or NAME=N; there are \(names)",
                    zh: "--fault \(text)：应写成 名称 或 名称=N；可用的有 \(names)")
            }
            faults.append(fault)
        }
        return faults
    }

    /// The keys in the file that the options name: lines as in the gateway's key files, or of a key alone.
    private static func keys(_ arguments: Arguments) throws -> [SM4Key] {
        guard let path = arguments.value("key") ?? arguments.value("key-file") else { return [] }
        let lines = try Files.readText(path, limit: 65_536).split { $0 == 0x0A || $0 == 0x0D }
            .filter { $0.first != UInt8(ascii: "#") }
        let words = lines.compactMap { $0.split(separator: 0x20).last }
        let keys = words.compactMap { SM4Key($0) ?? SM4Key(hexadecimal: $0) }
        guard !keys.isEmpty, keys.count == lines.count else {
            // What stands there instead is nobody's business.
            throw UsageError(
                "\(path): expected lines of MN and key, or of a key alone; a key has 16 characters or 32 hex digits",
                zh: "\(path)：每行应为 MN 和密钥，或只有密钥；密钥为 16 个字符或 32 位十六进制数")
        }
        return keys
    }
}

extension SM4Key {
    /// 32 hex digits.
    fileprivate init?(hexadecimal digits: some Collection<UInt8>) {
        let text = String(decoding: digits, as: UTF8.self)
        guard text.utf8.count == 2 * Self.size, text.allSatisfy(\.isHexDigit) else { return nil }
        let characters = Array(text)
        self.init(
            stride(from: 0, to: characters.count, by: 2).compactMap {
                UInt8(String(characters[$0...($0 + 1)]), radix: 16)
            })
    }
}
