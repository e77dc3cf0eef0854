import GatewayCore
import HostSystem
import Telemetry

/// The running daemon, as commands reach it: over the control socket that the options name.
struct RunningDaemon {
    /// The configuration that is looked at without `--config`.
    static let usualConfiguration = "/etc/gatewayd/gateway.yaml"
    private static let usualSocket = "/var/lib/gatewayd/control.sock"

    static let help = BilingualText(
        """
        The daemon is reached over its control socket: the one of the configuration given with --config
        (default \(usualConfiguration)), or the one named with --socket.
        """,
        zh: "通过控制套接字与网关通信：取自 --config 所给的配置（默认 \(usualConfiguration)），或由 --socket 指定。")

    private let socket: String
    /// Why the socket is only a guess; nil: it was named, by `--socket` or in the configuration.
    private let doubt: BilingualText?

    /// Takes `--socket` or `--config`. Fails for a configuration that was named and cannot be opened.
    init(_ arguments: Arguments) throws(DaemonUnreachable) {
        if let path = arguments.value("socket") {
            self.init(socket: path)
            return
        }
        let named = arguments.value("config")
        let file = named ?? Self.usualConfiguration
        do {
            guard let gateway = try ConfigurationFile.gateway(file) else {
                self.init(
                    socket: Self.usualSocket,
                    doubt: BilingualText(
                        "\(file) does not say at which socket the daemon listens (`gatewayd check --config \(file)` "
                            + "says why)",
                        zh: "\(file) 中读不出网关的控制套接字（原因见 `gatewayd check --config \(file)`）"))
                return
            }
            self.init(socket: gateway.controlSocketPath)
        } catch {
            if named != nil { throw DaemonUnreachable(file: error) }
            self.init(socket: Self.usualSocket, doubt: error.text)
        }
    }

    private init(socket: String, doubt: BilingualText? = nil) {
        self.socket = socket
        self.doubt = doubt
    }

    /// Sends one line and returns the reply.
    func ask(_ line: String, timeout: Duration = .seconds(5)) throws(DaemonUnreachable) -> [UInt8] {
        do {
            return try ControlClient.request(line, path: socket, timeout: timeout)
        } catch {
            throw DaemonUnreachable(asking: socket, timeout, error, doubt: doubt)
        }
    }
}

/// Why a command cannot ask the daemon: what failed, on which file, and what to do about it.
struct DaemonUnreachable: BilingualError {
    let text: BilingualText
    /// Whether none runs at the socket. Otherwise one does, or whether one does cannot be seen.
    let isAbsent: Bool

    /// The configuration that was named cannot be opened.
    init(file error: SystemError) {
        text = error.explained
        isAbsent = false
    }

    init(asking socket: String, _ timeout: Duration, _ error: SystemError, doubt: BilingualText?) {
        isAbsent = error.isMissingFile || error.isRefused
        let finding =
            if error.isForbidden {
                BilingualText("user \(User.current) may not use \(socket)", zh: "用户 \(User.current) 无权使用 \(socket)")
                    + SystemError.rights(before: socket)
            } else if error.isMissingFile {
                BilingualText(
                    "there is no \(socket): no daemon runs that listens there.\n", zh: "\(socket) 不存在：没有网关在该处监听。\n")
                    + Self.whereToLook
            } else if error.isRefused {
                BilingualText(
                    "nobody answers at \(socket): the daemon that made it has ended.\n",
                    zh: "\(socket) 无人应答：建立它的网关已经退出。\n")
                    + Self.whereToLook
            } else if error.isTimeout {
                BilingualText(
                    "the daemon at \(socket) runs but did not answer within \(timeout.readable).\n"
                        + "It may be busy with another request: try again; `journalctl -u gatewayd` tells more.",
                    zh: "\(socket) 处的网关在运行，但 \(timeout.readable) 内没有应答。\n可能正忙于其他请求：请再试；详见 `journalctl -u gatewayd`。")
            } else if error.isBusy {
                BilingualText(
                    "the daemon at \(socket) is asked by too many others at once: try again.",
                    zh: "同时询问 \(socket) 处网关的人太多：请再试。")
            } else {
                error.text
            }
        text =
            doubt.map { finding + BilingualText("\nThis socket was only tried because: ", zh: "\n试用此套接字的原因：") + $0 }
            ?? finding
    }

    private static let whereToLook = BilingualText(
        "`systemctl status gatewayd` tells whether one runs; name its configuration with --config or its socket with "
            + "--socket.",
        zh: "是否在运行，请用 `systemctl status gatewayd` 查看；用 --config 指定其配置，或用 --socket 指定其套接字。")
}

extension GatewaySettings {
    /// Where the daemon listens for `status` and `watch`.
    var controlSocketPath: String { controlSocket ?? dataDirectory + "/control.sock" }
}
