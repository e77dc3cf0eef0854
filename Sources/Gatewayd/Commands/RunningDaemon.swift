import GatewayCore
import HostSystem
import Telemetry

/// The running daemon, as commands reach it: over the control socket that the options name.
struct RunningDaemon {
    /// The configuration that is looked at without `--config`.
    static let usualConfiguration = "/etc/gatewayd/gateway.yaml"
    private static let usualSocket = "/var/lib/gatewayd/control.sock"

    static let help = """
        The daemon is reached over its control socket: the one of the configuration given with --config
        (default \(usualConfiguration)), or the one named with --socket.
        """

    private let socket: String
    /// Why the socket is only a guess; nil: it was named, by `--socket` or in the configuration.
    private let doubt: String?

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
                    doubt: "\(file) does not say at which socket the daemon listens (`gatewayd check --config \(file)` "
                        + "says why)")
                return
            }
            self.init(socket: gateway.controlSocketPath)
        } catch {
            if named != nil { throw DaemonUnreachable(file: error) }
            self.init(socket: Self.usualSocket, doubt: "\(error)")
        }
    }

    private init(socket: String, doubt: String? = nil) {
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
struct DaemonUnreachable: Error, CustomStringConvertible {
    let description: String

    /// The configuration that was named cannot be opened.
    init(file error: SystemError) {
        description = error.explained
    }

    init(asking socket: String, _ timeout: Duration, _ error: SystemError, doubt: String?) {
        let finding =
            if error.isForbidden {
                "user \(User.current) may not use \(socket)" + SystemError.rights(before: socket)
            } else if error.isMissingFile {
                "there is no \(socket): no daemon runs that listens there.\n" + Self.whereToLook
            } else if error.isRefused {
                "nobody answers at \(socket): the daemon that made it has ended.\n" + Self.whereToLook
            } else if error.isTimeout {
                "the daemon at \(socket) runs but did not answer within \(timeout.readable).\n"
                    + "It may be busy with another request: try again; `journalctl -u gatewayd` tells more."
            } else if error.isBusy {
                "the daemon at \(socket) is asked by too many others at once: try again."
            } else {
                "\(error)"
            }
        description = finding + (doubt.map { "\nThis socket was only tried because: \($0)" } ?? "")
    }

    private static let whereToLook =
        "`systemctl status gatewayd` tells whether one runs; name its configuration with --config or its socket with "
        + "--socket."
}

extension GatewaySettings {
    /// Where the daemon listens for `status` and `watch`.
    var controlSocketPath: String { controlSocket ?? dataDirectory + "/control.sock" }
}
