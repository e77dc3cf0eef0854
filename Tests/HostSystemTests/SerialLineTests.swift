import Foundation
import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite struct SerialLineTests {
    private static var impatient: LineLimits {
        var limits = LineLimits()
        limits.retry = .milliseconds(20)
        limits.idle = .milliseconds(10)
        return limits
    }

    @Test("Bytes of every value pass a serial line unchanged, both ways", arguments: SerialSettings.bauds)
    func passesBytes(baud: Int) throws {
        let terminal = try PseudoTerminal()
        let running = try RunningLine(
            .serial(SerialSettings(path: terminal.path, baud: baud)), .echo(), limits: Self.impatient)
        #expect(eventually { running.line.status.isOpen })
        let all = Array(UInt8.min...UInt8.max)
        for byte in all { #expect(write(terminal.near.raw, [byte], 1) == 1) }
        #expect(read(all.count, from: terminal) == all)
        #expect(running.handler.record.received == all)
    }

    @Test("Parity and stop bits are accepted", arguments: SerialSettings.Parity.allCases, [1, 2])
    func setsUp(parity: SerialSettings.Parity, stopBits: Int) throws {
        let terminal = try PseudoTerminal()
        let settings = SerialSettings(path: terminal.path, parity: parity, dataBits: 7, stopBits: stopBits)
        let port = try SerialPort.open(settings)
        #expect(port.raw >= 0)
        SerialPort.release(port.raw)
    }

    @Test("An unplugged port is told, and used again when it comes back under its stable name")
    func survivesUnplugging() throws {
        let directory = TemporaryDirectory()
        let stableName = directory.file("by-id")
        var terminal: PseudoTerminal? = try PseudoTerminal()
        symlink(try #require(terminal).path, stableName)
        let running = try RunningLine(
            .serial(SerialSettings(path: stableName)), .echo(), limits: Self.impatient)
        #expect(eventually { running.line.status.isOpen })
        terminal = nil
        unlink(stableName)
        #expect(eventually { running.handler.record.closed.count == 1 })
        #expect(eventually { running.handler.record.troubles.count == 1 })
        #expect(running.handler.record.troubles == ["open serial port \(stableName): No such file or directory"])

        let replugged = try PseudoTerminal()
        symlink(replugged.path, stableName)
        #expect(eventually { running.line.status.isOpen })
        #expect(write(replugged.near.raw, "back", 4) == 4)
        #expect(read(4, from: replugged) == Array("back".utf8))
    }

    @Test("A port that is in use is not shared")
    func refusesSharing() throws {
        let terminal = try PseudoTerminal()
        let settings = SerialSettings(path: terminal.path)
        let port = try SerialPort.open(settings)
        let error = #expect(throws: SystemError.self) { _ = try SerialPort.open(settings).raw }
        // EBUSY from our lock; from the terminal itself when the test does not run as root.
        #expect(error?.code == EBUSY)
        SerialPort.release(port.raw)
    }

    @Test("An unknown speed and a file that is no terminal are errors")
    func refusesNonsense() throws {
        let terminal = try PseudoTerminal()
        #expect(throws: SystemError("set the speed of", "\(terminal.path), 12345 baud", code: EINVAL)) {
            _ = try SerialPort.open(SerialSettings(path: terminal.path, baud: 12_345)).raw
        }
        let file = try TemporaryDirectory().write("", to: "plain")
        #expect(throws: SystemError.self) { _ = try SerialPort.open(SerialSettings(path: file)).raw }
    }

    private func read(_ count: Int, from terminal: PseudoTerminal) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: count)
        _ = eventually(within: .seconds(10)) {
            let got = Glibc.read(terminal.near.raw, &buffer, count - all.count)
            if got > 0 { all += buffer[..<got] }
            return all.count == count
        }
        return all
    }
}
