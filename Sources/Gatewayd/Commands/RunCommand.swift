import GatewayCore
import HostSystem
import Telemetry

extension Command {
    static let runDaemon = Command(
        "run", "FILE | --config FILE [--verbose]",
        summary: BilingualText("Run the gateway until SIGTERM or Ctrl-C.", zh: "运行网关，直到 SIGTERM 或 Ctrl-C。"),
        details: BilingualText(
            """
            Log lines go to standard error: to the journal with their priority, elsewhere with the time. --verbose adds what a
            fault is searched with: connections, every Modbus request with its words, HJ 212 bytes both ways without
            passwords, records as they are journalled and acknowledged, requests at the control socket. A second signal ends the program at once: what is on disk is kept and sent
            after the next start. SIGHUP reads the configuration again, as `gatewayd reload` does.
            """,
            zh: """
                日志写到标准错误，一律为英文：在 systemd 下带优先级，其他情况带时间。--verbose 另记查找故障所需的内容：
                连接、每个 Modbus 请求及其寄存器值、HJ 212 收发的字节（不含密码）、入库和确认的记录、控制套接字上的请求。
                第二个信号立即结束程序：已落盘的数据保留，下次启动后发送。
                SIGHUP 重新读取配置，同 `gatewayd reload`。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config"], flags: ["verbose"], positionals: 1)
        let file = try arguments.configurationFile()
        let log = LogSink(level: arguments.has("verbose") ? .debug : .info)
        guard let (configuration, source) = configuration(file, log) else { return .failed }
        let isAskedToStop = StopFlag()
        let wish = WakeDescriptor()
        do {
            // Before any other thread exists, so that all of them leave the signals to this one.
            let signals = try SignalListener { signal in
                if signal == .hangUp { return wish.wake() }
                if isAskedToStop.isSet { Console.exitAtOnce(1) }
                log.log(.notice, "stopping", [LogField("signal", signal.rawValue)])
                isAskedToStop.set()
            }
            defer { signals.stop() }
            let daemon = try Daemon(configuration, from: source, log: log)
            try daemon.start()
            let reloads = reloads(of: daemon, at: wish)
            serve(daemon, until: isAskedToStop, log)
            reloads.requestStop()
            return daemon.stop() ? .good : .failed
        } catch {
            log.log(.critical, "gateway cannot start", [LogField("reason", "\(error)")])
            return .failed
        }
    }

    private static func configuration(
        _ file: String, _ log: LogSink
    ) -> (GatewayConfiguration, ConfigurationSource)? {
        do {
            let loaded = try ConfigurationFile.read(file)
            for problem in loaded.result.problems {
                log.log(problem.severity.logLevel, problem.description)
            }
            if loaded.result.configuration == nil {
                log.log(.critical, "configuration is not valid", [LogField("file", file)])
            }
            return loaded.result.configuration.map { ($0, loaded.source) }
        } catch {
            log.log(.critical, "configuration cannot be read", [LogField("reason", error.description)])
            return nil
        }
    }

    /// The thread that reads the configuration again whenever `wish` is woken: that may take seconds, and time goes on.
    private static func reloads(of daemon: Daemon, at wish: WakeDescriptor) -> StoppableThread {
        let thread = StoppableThread("reload") { stopping in
            while !stopping.isSet {
                if wish.wait(until: SystemClock.uptime + .seconds(1)), !stopping.isSet { _ = daemon.reload() }
            }
        }
        thread.start()
        return thread
    }

    private static let threadTrouble = LogTrouble(
        "threads make no progress", over: "all threads make progress", level: .error)

    /// The main thread's loop: time and the service manager. Returns when the end is asked for.
    private static func serve(_ daemon: Daemon, until end: StopFlag, _ log: LogSink) {
        let manager = daemon.manager
        manager.ready(status: "running")
        // Twice as often as the service manager wants it.
        let feedEvery = manager.watchdogInterval.map { $0 / 2 } ?? .seconds(3_600)
        var feedAt = Uptime.zero
        var deliveries: DeliveryCount?
        let digest = daemon.makeDailyDigest()
        let counts = daemon.makePeriodCounts()
        var countAt = Uptime.zero
        while true {
            let next = daemon.tick()
            let now = SystemClock.uptime
            if now >= countAt {
                // A journal that cannot be read at the start may be read later.
                deliveries = deliveries ?? daemon.makeDeliveryCount()
                if let deliveries { daemon.count(deliveries) }
                daemon.publish(digest)
                countAt = now + .seconds(60)
            }
            daemon.publish(counts)
            if now >= feedAt {
                let overdue = daemon.overdueThreads()
                if overdue.isEmpty { manager.alive() }
                log.note(threadTrouble, overdue.isEmpty ? nil : overdue.joined(separator: ", "))
                feedAt = now + min(feedEvery, .seconds(10))
            }
            if end.wait(until: max(next, SystemClock.uptime + .milliseconds(1))) {
                manager.stopping()
                return
            }
        }
    }
}

extension ConfigurationProblem.Severity {
    fileprivate var logLevel: LogLevel {
        switch self {
        case .error: .error
        case .warning: .warning
        case .note: .info
        }
    }
}
