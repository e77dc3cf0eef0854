import Foundation
import Glibc

/// A private mosquitto on loopback with persistence in a temporary folder; stopped with the value.
package final class Broker: @unchecked Sendable {
    package let port: UInt16
    private let directory = TemporaryDirectory()
    private var process: ChildProcess?

    /// Starts it. `settings` are further lines of its configuration; `port` is that of one that was stopped, or a free one. The system
    /// may give a free one to somebody else meanwhile: then it is another.
    package convenience init(settings: [String] = [], port: UInt16? = nil) throws {
        var attempts = port == nil ? 3 : 1
        while true {
            attempts -= 1
            do {
                try self.init(settings: settings, at: port ?? freePort())
                return
            } catch {
                if attempts == 0 { throw error }
            }
        }
    }

    private init(settings: [String], at port: UInt16) throws {
        self.port = port
        // 0, no limit, has mosquitto 2.0.11 hang up on a client whose publish it denies.
        let configuration = """
            listener \(self.port) 127.0.0.1
            allow_anonymous true
            persistence true
            persistence_location \(directory.path)/
            max_queued_messages 1000000
            user root

            """ + settings.map { $0 + "\n" }.joined()
        try directory.write(configuration, to: "mosquitto.conf")
        try start()
    }

    /// Settings by which it grants nobody a subscription; an `acl_file` grants all and delivers nothing. `directory` keeps a
    /// file of theirs.
    package static func denyingSubscriptions(in directory: TemporaryDirectory) throws -> [String] {
        let name = "mosquitto_dynamic_security.so"
        let libraries = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib")
        let plugin = libraries.map { "/usr/lib/\($0)/\(name)" }.first(where: FileManager.default.fileExists)
        guard let plugin else { throw BrokerError(text: "there is no \(name)") }
        let rights = """
            {"defaultACLAccess":{"publishClientSend":true,"publishClientReceive":true,"subscribe":false,"unsubscribe":true},
             "clients":[],"groups":[],"roles":[]}
            """
        return ["plugin \(plugin)", "plugin_opt_config_file \(try directory.write(rights, to: "rights.json"))"]
    }

    package var url: String { "mqtt://127.0.0.1:\(port)" }

    /// Starts it again after ``stop()``, with its sessions. It must not be running: another one could not have the port.
    package func start() throws {
        precondition(process == nil, "a broker that runs is stopped before it is started again")
        process = try ChildProcess("/usr/sbin/mosquitto", ["-c", directory.file("mosquitto.conf")])
        guard eventually({ accepts(port: port) }) else { throw BrokerError(text: process?.errors ?? "") }
    }

    /// Stops it in an orderly way: sessions and queued messages are kept for ``start()``.
    package func stop() {
        process?.signal(SIGTERM)
        process?.wait()
        process = nil
    }

    /// Stops (true) or resumes (false) it in place: connections stay open, nothing is answered. Returns when it has happened.
    package func freeze(_ frozen: Bool) {
        guard let process else { return }
        process.signal(frozen ? SIGSTOP : SIGCONT)
        // A stopped process may still finish what it was doing when the signal was sent.
        _ = eventually { isStopped(process.pid) == frozen }
    }

    private func isStopped(_ pid: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        // The state stands behind the name, which is in brackets.
        return status.split(separator: ")").last?.split(separator: " ").first == "T"
    }
}

package struct BrokerError: Error { package let text: String }

/// Whether something on loopback accepts connections at `port`.
package func accepts(port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
