import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct CommandTests {
    @Test(
        "wrong usage is exit code 2 with a hint",
        arguments: [
            (["chek"], "did you mean check"), (["check"], "--config is required"),
            (["check", "--confg", "x"], "--config"),
            (["read", "--unit", "1"], "exactly one of"), (["simulate", "--plant", "moon"], "there are demo and fleet"),
            (["simulate"], "exactly one of --plant, --instrument, --centre and --fleet"),
            (["simulate", "--instrument", "--terminal"], "--mn is required"),
            (["simulate", "--instrument", "--mn", "1"], "exactly one of --connect, --listen, --serial and --terminal"),
            (
                ["simulate", "--instrument", "--mn", "1", "--listen", "7212", "--edition", "2018"],
                "there are 2005, 2017, 2025"
            ),
            (
                ["simulate", "--instrument", "--mn", "1", "--listen", "7212", "--fault", "crq"],
                "there are length, short-length"
            ),
            (["simulate", "--instrument", "--mn", "1;2", "--listen", "7212"], "letters, digits"),
            (["simulate", "--instrument", "--mn", "1", "--listen", "7212", "--interval", "2"], "not a duration"),
            (["simulate", "--instrument", "--mn", "1", "--connect", "here:there"], "not HOST:PORT"),
            (["simulate", "--centre", "--listen", "7212", "--fault", "split"], "there are length, short-length"),
            (["simulate", "--centre", "--listen", "7212", "--request", "12"], "not CN[:DATA]"),
            (["simulate", "--centre", "--listen", "7212", "--mn", "1"], "unknown option --mn"),
            (["simulate", "--fleet", "10"], "--broker is required"),
            (["simulate", "--fleet", "0", "--broker", "mqtt://127.0.0.1"], "from 1 to 50000"),
            (["simulate", "--fleet", "10", "--broker", "127.0.0.1"], "not mqtt://HOST:PORT"),
            (["simulate", "--fleet", "10", "--broker", "mqtt://a:b@127.0.0.1"], "--password-file"),
            (["simulate", "--fleet", "10", "--broker", "mqtt://h", "--interval", "90s"], "whole minutes"),
            (["simulate", "--fleet", "10", "--broker", "mqtt://h", "--name", "a/b"], "letters, digits"),
            (["read", "--tcp", "h", "--holding", "0x10000"], "0x10000: not a whole number from 0 to 65535"),
            (["read", "--tcp", "h", "--holding", "0x-1"], "0x-1: not a whole number"),
            (["mark", "o", "--flag", "M", "--for", "31d"], "31d: not a duration such as"),
            (["mark", "o", "--flag", "M", "--for", "1d2d"], "1d2d: not a duration such as"),
            (["decode", "a", "b"], "unexpected 'b'"), (["watch", "--seconds", "soon"], "not a whole number"),
        ])
    func usage(arguments: [String], hint: String) throws {
        let result = try Program.run(arguments)
        #expect(result.code == 2)
        #expect(result.errors.contains(hint))
        #expect(result.output.isEmpty)
    }

    @Test(
        "addresses may be hexadecimal as in the configuration, and durations may have days",
        arguments: [
            (["read", "--tcp", "127.0.0.1:\(freePort())", "--holding", "0x10"], "holding 16"),
            (["mark", "o", "--flag", "M", "--for", "30d", "--by", "x", "--socket", "/nowhere"], "/nowhere"),
            (["mark", "o", "--flag", "M", "--for", "2d12h", "--by", "x", "--socket", "/nowhere"], "/nowhere"),
        ])
    func amounts(arguments: [String], told: String) throws {
        let result = try Program.run(arguments)
        #expect(result.code == 1)
        #expect(result.errors.contains(told), "\(result.errors)")
    }

    @Test("every command has a help of its own")
    func help() throws {
        for command in [
            "run", "check", "replay", "export", "report", "decode", "encode", "factors", "read", "simulate", "status",
            "watch",
            "version",
        ] {
            let result = try Program.run([command, "--help"])
            #expect(result.code == 0)
            #expect(result.output.hasPrefix("usage: gatewayd \(command)"), "\(command)")
        }
    }

    @Test("check reports all problems with their places and fails; a good file passes")
    func check() throws {
        let directory = TemporaryDirectory()
        let bad = try directory.write("gateway:\n  id: a b\n  dta_directory: x\nbuses: 3\n", to: "bad.yaml")
        let result = try Program.run(["check", "--config", bad])
        #expect(result.code == 1)
        for place in ["bad.yaml:2:7: error:", "bad.yaml:3:3: error:", "bad.yaml:4:8: error:"] {
            #expect(result.output.contains(place), "\(place)")
        }
        let json = try Program.run(["check", "--json", "--config", bad])
        for line in json.output.split(separator: "\n") {
            #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
        }
        let secret = try directory.write(
            """
            gateway: { id: g }
            uplinks: [ { id: u, mqtt: { url: "mqtt://127.0.0.1", username: g, password_file: none.txt } } ]
            """, to: "secret.yaml")
        let warned = try Program.run(["check", "--config", secret])
        #expect(warned.code == 0 && warned.output.contains("secret.yaml:2:"), "\(warned.output)")
        let told = "warning: uplink 'u' stays down until \(directory.file("none.txt")) exists"
        #expect(warned.output.contains(told), "\(warned.output)")
        let missing = try Program.run(["check", "--config", directory.file("none.yaml")])
        #expect(missing.code == 1)
        #expect(missing.errors.contains("No such file"))
    }

    @Test("decode prints one line per frame or defect and fails on a defect")
    func decode() throws {
        let directory = TemporaryDirectory()
        let good =
            "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"
        let file = try directory.write(good + good.replacing("1C80", with: "1C81"), to: "frames.txt")
        let result = try Program.run(["decode", file])
        let lines = result.output.split(separator: "\n")
        #expect(result.code == 1)
        #expect(lines.count == 2)
        let expected =
            #"{"ok":true,"offset":0,"length":113,"edition":"2017","crc":"1C80","fields":{"QN":"20160801085857223","#
            + #""ST":"32","CN":"1062","PW":"100000","MN":"010000A8900016F000169DC0","Flag":"5"},"#
            + #""cp":[{"RtdInterval":"30"}]}"#
        #expect(lines.first.map(String.init) == expected)
        #expect(lines.last?.contains(#""offset":113,"length":113,"error":"crc","detail":"computed 1C80"#) == true)
    }

    @Test("read shows the registers of a device, and says what to try when there is none")
    func read() throws {
        let directory = TemporaryDirectory()
        let plant = try Program.start([
            "simulate", "--plant", "fleet", "--devices", "1", "--registers", "2", "--write-config",
            directory.file("c.yaml"),
        ])
        #expect(eventually { plant.output.contains("the plant runs") })
        let address = try #require(plant.output.firstMatch(of: /127\.0\.0\.1:\d+/).map { String($0.output) })
        let good = try Program.run(["read", "--tcp", address, "--unit", "1", "--input", "0", "--count", "4"])
        #expect(good.code == 0)
        #expect(good.output.contains("float32") && good.output.contains("uint64"))
        // Four registers, three pairs and one four under four orders, and the headings.
        #expect(good.output.split(separator: "\n").count == 1 + 4 + 1 + 12 + 1 + 4)
        #expect(try Program.run(["read", "--tcp", address, "--input", "0", "--timeout", "0.2"]).code == 0)
        let illegal = try Program.run(["read", "--tcp", address, "--unit", "1", "--input", "3", "--count", "4"])
        #expect(illegal.code == 1)
        #expect(illegal.errors.contains("no such address"))
        let nobody = try Program.run(["read", "--tcp", "127.0.0.1:\(freePort())", "--input", "0"])
        #expect(nobody.code == 1)
        #expect(nobody.errors.contains("connection refused"))
    }

    @Test("a line that the running daemon holds is read through it, and never otherwise than it uses it")
    func readThroughDaemon() throws {
        let directory = TemporaryDirectory()
        let file = directory.file("c.yaml")
        let plant = try Program.start([
            "simulate", "--plant", "fleet", "--devices", "1", "--registers", "2", "--write-config", file, "--data",
            directory.file("data"),
        ])
        #expect(eventually { plant.output.contains("the plant runs") })
        let address = try #require(plant.output.firstMatch(of: /127\.0\.0\.1:\d+/).map { String($0.output) })
        let daemon = try Program.start(["run", file])
        defer {
            daemon.signal(SIGTERM)
            daemon.wait()
        }
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        func read(_ words: String...) throws -> (code: Int32, output: String, errors: String) {
            try Program.run(["read", "--unit", "1", "--count", "4", "--config", file] + words)
        }
        let good = try read("--tcp", address, "--input", "0")
        #expect(good.code == 0, "\(good.errors)")
        #expect(good.output.contains("float64"))
        let illegal = try read("--tcp", address, "--input", "3")
        #expect(illegal.code == 1)
        #expect(
            illegal.errors.contains("through the running daemon") && illegal.errors.contains("exception 2"),
            "\(illegal.errors)")
        let otherwise = try read("--rtu-over-tcp", address, "--input", "0")
        #expect(otherwise.code == 1 && otherwise.errors.contains("use --tcp"), "\(otherwise.errors)")
        // A line that is none of its own is read directly.
        let nobody = try read("--tcp", "127.0.0.1:\(freePort())", "--input", "0")
        #expect(nobody.errors.contains("connection refused"), "\(nobody.errors)")
    }
}
