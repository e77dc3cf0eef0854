import Glibc
import HostSystem
import Synchronization
import Telemetry

/// Serves any number of simulated Modbus devices, each at its own port or terminal, from one thread with one `poll(2)`.
@safe
final class ModbusServerLoop: Sendable {
    /// How a device can be reached.
    enum Address: Equatable, Sendable {
        case tcp(port: UInt16)
        case terminal(path: String)
    }

    private let devices: [SimulatedDevice]
    private let moment: @Sendable (Uptime) -> PlantMoment
    private let wake = WakeDescriptor()
    private let isStopping = Atomic(false)
    private let thread = Mutex<NamedThread?>(nil)

    init(_ devices: [SimulatedDevice], moment: @escaping @Sendable (Uptime) -> PlantMoment) {
        self.devices = devices
        self.moment = moment
    }

    /// Opens ports and terminals and starts to answer. The addresses are in the order of the devices.
    func start() throws(SystemError) -> [Address] {
        var addresses: [Address] = []
        var doors: [Door] = []
        for (index, device) in devices.enumerated() {
            switch device.transport {
            case .tcp:
                let listener = try Sockets.listen(host: "127.0.0.1", port: 0)
                addresses.append(.tcp(port: SocketAddress(of: listener.raw, peer: false)?.port ?? 0))
                doors.append(.port(Listener(listener, device: index)))
            case .terminal:
                let terminal = try PseudoTerminal()
                addresses.append(.terminal(path: terminal.path))
                doors.append(.terminal(terminal, device: index))
            }
        }
        let opened = doors
        thread.withLock { thread in
            thread = NamedThread("plant-modbus") { [self] in
                var room = Room(devices: devices, doors: opened, moment: moment)
                while !isStopping.load(ordering: .relaxed) { room.serve(wokenBy: wake) }
            }
        }
        return addresses
    }

    /// Ends the thread; ports and terminals go with it.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        wake.wake()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }
}

extension ModbusServerLoop {
    fileprivate enum Door: Sendable {
        case port(Listener)
        case terminal(PseudoTerminal, device: Int)
    }

    /// A listening socket of one device.
    fileprivate final class Listener: Sendable {
        let descriptor: FileDescriptor
        let device: Int

        init(_ descriptor: consuming FileDescriptor, device: Int) {
            self.descriptor = descriptor
            self.device = device
        }
    }

    /// Something requests come from: an accepted connection, or a terminal.
    fileprivate final class Client {
        enum Owner {
            case socket(Listener)
            case terminal(PseudoTerminal)
        }

        let owner: Owner
        var machine: ModbusServerMachine
        /// In order of time.
        var waiting: [(due: Uptime, bytes: [UInt8])] = []

        init(_ owner: Owner, machine: ModbusServerMachine) {
            self.owner = owner
            self.machine = machine
        }

        var raw: Int32 {
            switch owner {
            case .socket(let socket): socket.descriptor.raw
            case .terminal(let terminal): terminal.near.raw
            }
        }
    }

    /// What the thread owns.
    @safe
    fileprivate struct Room {
        private static let clientLimit = 1_000
        private static let waitingLimit = 1_000

        let devices: [SimulatedDevice]
        let moment: @Sendable (Uptime) -> PlantMoment
        private var listeners: [Listener] = []
        private var clients: [Client] = []
        private var buffer = [UInt8](repeating: 0, count: 1_024)

        init(devices: [SimulatedDevice], doors: [Door], moment: @escaping @Sendable (Uptime) -> PlantMoment) {
            self.devices = devices
            self.moment = moment
            for door in doors {
                switch door {
                case .port(let listener):
                    listeners.append(listener)
                case .terminal(let terminal, let device):
                    let machine = ModbusServerMachine(device: devices[device], framing: .rtu)
                    clients.append(Client(.terminal(terminal), machine: machine))
                }
            }
        }

        /// Waits once and does what there is to do.
        mutating func serve(wokenBy wake: WakeDescriptor) {
            var entries = [pollfd(fd: wake.raw, events: Int16(POLLIN), revents: 0)]
            entries += listeners.map { pollfd(fd: $0.descriptor.raw, events: Int16(POLLIN), revents: 0) }
            entries += clients.map { pollfd(fd: $0.raw, events: Int16(POLLIN), revents: 0) }
            let due = clients.compactMap { $0.waiting.first?.due }.min() ?? .never
            _ = unsafe poll(&entries, nfds_t(entries.count), pollTimeout(until: due))
            if entries[0].revents != 0 { wake.clear() }
            let now = SystemClock.uptime
            var gone: [ObjectIdentifier] = []
            let known = clients
            for (client, entry) in zip(known, entries[(1 + listeners.count)...]) {
                let isOpen = entry.revents == 0 || read(client, at: now)
                if !isOpen || !send(client, at: now) { gone.append(ObjectIdentifier(client)) }
            }
            if !gone.isEmpty { clients.removeAll { gone.contains(ObjectIdentifier($0)) } }
            for (listener, entry) in zip(listeners, entries[1...]) where entry.revents != 0 { accept(from: listener) }
        }

        private mutating func accept(from listener: Listener) {
            let raw = Sockets.accept(from: listener.descriptor.raw)
            guard raw >= 0 else { return }
            let descriptor = FileDescriptor(owning: raw)
            guard clients.count < Self.clientLimit else { return }
            Sockets.tune(raw)
            let machine = ModbusServerMachine(device: devices[listener.device], framing: .tcp)
            clients.append(Client(.socket(Listener(descriptor, device: listener.device)), machine: machine))
        }

        /// False when the client is gone.
        private mutating func read(_ client: Client, at now: Uptime) -> Bool {
            let count = retryingOnInterrupt { unsafe Glibc.read(client.raw, &buffer, buffer.count) }
            guard count > 0 else { return count < 0 && errno == EAGAIN }
            for reply in client.machine.receive(buffer[..<count], at: now, moment: moment(now)) {
                client.waiting.append((now + reply.delay, reply.bytes))
            }
            client.waiting.sort { $0.due < $1.due }
            return client.waiting.count <= Self.waitingLimit
        }

        /// Sends what is due; false when the client is gone or does not read.
        private func send(_ client: Client, at now: Uptime) -> Bool {
            while let next = client.waiting.first, next.due <= now {
                client.waiting.removeFirst()
                // Replies are far smaller than any send buffer, so a short write means a client that does not read.
                let count = retryingOnInterrupt { put(next.bytes, to: client) }
                if count != next.bytes.count { return false }
            }
            return true
        }

        private func put(_ bytes: [UInt8], to client: Client) -> Int {
            switch client.owner {
            case .socket: unsafe Glibc.send(client.raw, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            case .terminal: unsafe write(client.raw, bytes, bytes.count)
            }
        }
    }
}
