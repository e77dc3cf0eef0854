import Telemetry
import YAML

extension ConfigurationReader {
    func readInstruments(_ root: Section) -> [InstrumentConfiguration] {
        root.sections("instruments").map { section in
            defer { section.finish() }
            let id = section.identifier("id", mayStartWithUnderscore: false) ?? ""
            let mn = section.text("mn")
            let given = ["listen", "connect", "serial"].filter { section.has($0) }
            if given.count != 1 {
                section.error(
                    given.isEmpty
                        ? "how does the instrument send?" : "\(given.joined(separator: " and ")): only one of them",
                    hint: "listen: HOST:PORT, connect: HOST:PORT or serial: { path: … }")
            }
            var transport: InstrumentTransport?
            if let peer = section.address("listen") { transport = .listen(host: peer.host, port: peer.port) }
            if let peer = section.address("connect") { transport = .connect(host: peer.host, port: peer.port) }
            if let serial = section.serial("serial") { transport = .serial(serial) }
            return InstrumentConfiguration(id: id, transport: transport ?? .connect(host: "", port: 1), mn: mn)
        }
    }

    /// Outlet, device and instrument ids are unique together: each is a topic segment or a source of factors.
    func checkNames(_ root: Section) {
        let devices = root.sections("buses").flatMap { $0.sections("devices") }
        var seen: [String: String] = [:]
        for (sections, what) in [
            (devices, "device"), (root.sections("instruments"), "instrument"), (root.sections("outlets"), "outlet"),
        ] {
            for section in sections {
                guard let id = section.plainText("id") else { continue }
                if let other = seen[id] {
                    section.error(
                        "'\(id)' already names \(other == what ? "another" : "a") \(other)",
                        hint: "ids of devices, instruments and outlets are unique together", at: section.place(of: "id")
                    )
                } else {
                    seen[id] = what
                }
            }
        }
    }

    /// Two things cannot listen at one place, except instruments with distinct MNs; nobody shares a serial port.
    func checkListeners(_ root: Section, instruments: [InstrumentConfiguration], buses: [BusConfiguration]) {
        let sections = root.sections("instruments")
        for (index, instrument) in instruments.enumerated() where index < sections.count {
            for earlier in instruments[..<index] { compare(instrument, earlier, sections[index]) }
        }
        checkSerial(root, instruments: instruments, buses: buses)
        guard let http = root.section("http") else { return }
        if let address = http.address("listen") {
            let page = InstrumentTransport.listen(host: address.host, port: address.port)
            for instrument in instruments where instrument.transport.overlaps(page) {
                http.error("'\(instrument.id)' listens at this port too", at: http.place(of: "listen"))
            }
        } else if !http.has("listen") {
            http.missing("listen", hint: "for example 127.0.0.1:9213")
        }
        http.finish()
        NotYetUsed.http(http)
    }

    private func compare(_ instrument: InstrumentConfiguration, _ earlier: InstrumentConfiguration, _ section: Section)
    {
        guard instrument.transport.overlaps(earlier.transport) else { return }
        let place = section.place(of: "listen")
        if instrument.transport != earlier.transport {
            section.error(
                "overlaps with the address '\(earlier.id)' listens at", hint: "write the same address in both",
                at: place)
        } else if instrument.mn == nil || earlier.mn == nil {
            section.error(
                "'\(earlier.id)' listens here too", hint: "several instruments on one port each need their mn",
                at: place)
        } else if instrument.mn == earlier.mn {
            section.error("'\(earlier.id)' has the same mn at the same address", at: section.place(of: "mn"))
        }
    }

    private func checkSerial(_ root: Section, instruments: [InstrumentConfiguration], buses: [BusConfiguration]) {
        var seen: [String: String] = [:]
        func check(_ path: String, _ id: String, _ section: Section) {
            if let other = seen[path] {
                section.error("\(path) is used by '\(other)' already", at: section.place(of: "serial"))
            }
            seen[path] = id
        }
        for (bus, section) in zip(buses, root.sections("buses")) {
            if case .serial(let serial) = bus.transport { check(serial.path, bus.id, section) }
        }
        for (instrument, section) in zip(instruments, root.sections("instruments")) {
            if case .serial(let serial) = instrument.transport { check(serial.path, instrument.id, section) }
        }
    }
}

extension InstrumentTransport {
    /// Whether both listen at one port of addresses that include each other.
    fileprivate func overlaps(_ other: InstrumentTransport) -> Bool {
        guard case .listen(let host, let port) = self, case .listen(let otherHost, let otherPort) = other,
            port == otherPort
        else { return false }
        let everywhere: Set<String> = ["0.0.0.0", "::", "*"]
        return host == otherHost || everywhere.contains(host) || everywhere.contains(otherHost)
    }
}

extension Section {
    /// The text under `key`, problems having been reported elsewhere.
    fileprivate func plainText(_ key: String) -> String? {
        if case .scalar(let text, _) = node(key)?.content { return text }
        return nil
    }
}
