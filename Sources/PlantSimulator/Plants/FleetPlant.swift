import Protocol

extension PlantDescription {
    /// Many equal devices that only answer: for measuring what the gateway costs.
    ///
    /// Each device has its own port and `registers` float32 input registers, 1…60 so that one request reads them all.
    package static func fleet(devices: Int, registers: Int, seed: UInt64 = 1) -> PlantDescription {
        PlantDescription(
            name: "fleet", script: PlantScript(seconds: 60),
            devices: (1...max(1, devices)).map { number in
                let id = "device-\(padded(number))"
                var device = SimulatedDevice(
                    id: id, unit: 1, transport: .tcp,
                    registers: (0..<max(1, min(registers, 60))).map { index in
                        SimulatedRegister(
                            "r\(padded(index))",
                            RegisterField(table: .input, address: UInt16(2 * index), type: .float32),
                            .signal(Signal("\(id).\(index)", seed: seed, mean: 50, swing: 20)))
                    })
                device.isRaw = true
                return device
            }, monitors: [])
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
