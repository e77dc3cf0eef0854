import Foundation
import GatewayCore
import TestSupport
import Testing

@Suite struct ConfigurationSampleTests {
    static let folder = SourceTree.repository.appending(path: "config")

    static var sample: String {
        get throws { try String(contentsOf: folder.appending(path: "gateway.yaml"), encoding: .utf8) }
    }

    @Test("The sample is valid and raises no warning")
    func valid() throws {
        let result = readConfiguration(try Self.sample.utf8, in: Self.folder.path)
        #expect(result.lines == [])
        let configuration = try #require(result.configuration)
        #expect(configuration.buses.count == 2)
        #expect(configuration.outlets.map(\.factors.count) == [7, 2])
    }

    @Test("The sample stays valid when everything that is commented out is switched on")
    func everythingOn() throws {
        let lines = try Self.sample.split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.map(Self.switchedOn).joined(separator: "\n")
        let result = readConfiguration(text.utf8, in: Self.folder.path)
        #expect(result.errors.map(\.description) == [])
        let configuration = try #require(result.configuration)
        #expect(configuration.uplinks.count == 2)
        #expect(configuration.buses.count == 3)
        #expect(configuration.instruments.count == 3)
        #expect(configuration.http != nil)
        #expect(configuration.buses.last?.devices.first?.registers.map(\.name) == ["so2", "nox", "o2", "state"])
    }

    /// A comment is prose when exactly one blank follows its `#`, else a setting.
    private static func switchedOn(_ line: Substring) -> String {
        let indent = line.prefix { $0 == " " }
        let rest = line.dropFirst(indent.count)
        let isSetting = rest.hasPrefix("#") && rest.count > 1 && (!rest.hasPrefix("# ") || rest.hasPrefix("#  "))
        return isSetting ? String(indent + rest.dropFirst()) : String(line)
    }

    @Test("A damaged sample is valid or says where it is not, and never traps", arguments: 0..<4)
    func damage(part: Int) throws {
        var generator = SeededGenerator()
        let lines = try Self.sample.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        for _ in 0..<100 {
            let text = damaged(lines, using: &generator).joined(separator: "\n")
            let result = readConfiguration(text.utf8, in: Self.folder.path)
            guard let configuration = result.configuration else {
                #expect(!result.errors.isEmpty, "\(generator)")
                #expect(
                    result.errors.allSatisfy { $0.line >= 1 && $0.column >= 1 && !$0.message.isEmpty }, "\(generator)")
                continue
            }
            #expect(result.errors.isEmpty, "\(generator)")
            #expect(isWhole(configuration), "\(generator)")
        }
    }

    /// `lines` with one to four small accidents of an editor.
    private func damaged(_ lines: [String], using generator: inout SeededGenerator) -> [String] {
        var lines = lines
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<lines.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0 where lines.count > 1: lines.remove(at: place)
            case 1: lines.insert(lines[place], at: place)
            case 2: lines[place] = " " + lines[place]
            case 3: lines[place] = String(lines[place].dropFirst(Int.random(in: 1...3, using: &generator)))
            case 4: lines.swapAt(place, Int.random(in: 0..<lines.count, using: &generator))
            case 5: lines[place] = garbled(lines[place], using: &generator)
            default: lines[place] = withSwappedNeighbours(lines[place], using: &generator)
            }
        }
        return lines
    }

    private func garbled(_ line: String, using generator: inout SeededGenerator) -> String {
        var characters = Array(line)
        guard !characters.isEmpty else { return "\t" }
        let place = Int.random(in: 0..<characters.count, using: &generator)
        characters[place] = Array("{}[]:,-#&*!|>'\"%@`\\ \t0189.aé烟\u{0}").randomElement(using: &generator) ?? "x"
        return String(characters)
    }

    private func withSwappedNeighbours(_ line: String, using generator: inout SeededGenerator) -> String {
        var characters = Array(line)
        guard characters.count > 1 else { return line }
        let place = Int.random(in: 1..<characters.count, using: &generator)
        characters.swapAt(place - 1, place)
        return String(characters)
    }

    /// Whether no placeholder of a mistake was left in, and every reference resolves.
    private func isWhole(_ configuration: GatewayConfiguration) -> Bool {
        let ids =
            [configuration.gateway.id] + configuration.uplinks.map(\.id) + configuration.buses.map(\.id)
            + configuration.buses.flatMap(\.devices).map(\.id) + configuration.instruments.map(\.id)
            + configuration.outlets.map(\.id)
        let devices = configuration.buses.flatMap(\.devices)
        let factors = configuration.outlets.flatMap(\.factors)
        return ids.allSatisfy { !$0.isEmpty } && configuration.uplinks.allSatisfy { $0.mqtt.port > 0 }
            && devices.allSatisfy { !$0.registers.isEmpty && $0.registers.allSatisfy { !$0.name.isEmpty } }
            && factors.allSatisfy { !$0.code.isEmpty && resolves($0.source, in: configuration) }
    }

    private func resolves(_ source: FactorSource, in configuration: GatewayConfiguration) -> Bool {
        switch source {
        case .register(let bus, let device, let register):
            configuration.buses.indices.contains(bus) && configuration.buses[bus].devices.indices.contains(device)
                && configuration.buses[bus].devices[device].registers.indices.contains(register)
        case .instrument(let index, let code):
            configuration.instruments.indices.contains(index) && !code.isEmpty
        case .computed: true
        }
    }
}
