// swift-tools-version: 6.2
import PackageDescription

// Arrows of docs/architecture.md: pure targets import only pure targets; an edge owns one C library or the kernel.

/// Targets without a thread, file, socket, lock or clock.
let pure: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

/// Targets that call C: every such call says `unsafe`, every type that contains one says `@safe`.
let edge: [SwiftSetting] = pure + [.strictMemorySafety()]

let package = Package(
    name: "gatewayd",
    products: [
        .executable(name: "gatewayd", targets: ["Gatewayd"])
    ],
    targets: [
        // C libraries of Debian.
        .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),

        // Pure: name, compute, decide.
        .target(name: "Telemetry", swiftSettings: pure),
        .target(name: "Protocol", dependencies: ["Telemetry", "Cipher", "JSON", "Transcoding"], swiftSettings: pure),
        .target(name: "Emissions", dependencies: ["Telemetry"], swiftSettings: pure),
        .target(name: "Alarms", dependencies: ["Telemetry", "Emissions", "JSON"], swiftSettings: pure),
        .target(
            name: "GatewayCore", dependencies: ["Telemetry", "Protocol", "Emissions", "Alarms", "YAML", "JSON"],
            swiftSettings: pure),

        // Pure functions over a C library.
        .target(name: "YAML", dependencies: ["Telemetry", "CYAML"], swiftSettings: edge),
        .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: edge),
        .target(name: "Cipher", dependencies: ["CCrypto"], swiftSettings: edge),
        .target(name: "Transcoding", swiftSettings: edge),

        // Edges: each thin over one C library or the kernel.
        .target(name: "HostSystem", dependencies: ["Telemetry", "CCrypto", "CLinux"], swiftSettings: edge),
        .target(
            name: "ModbusLink", dependencies: ["Telemetry", "Protocol", "HostSystem", "CModbus"], swiftSettings: edge),
        .target(name: "CBrokerInlet"),
        .target(
            name: "MQTTUplink", dependencies: ["Telemetry", "HostSystem", "CMosquitto", "CBrokerInlet"],
            swiftSettings: edge),
        .target(
            name: "TelemetryStore", dependencies: ["Telemetry", "HostSystem", "Cipher", "CSQLite"],
            swiftSettings: edge),
        .target(
            name: "PlantSimulator", dependencies: ["Telemetry", "Protocol", "Cipher", "HostSystem", "CModbus"],
            swiftSettings: edge),

        // The program.
        .executableTarget(
            name: "Gatewayd",
            dependencies: [
                "Telemetry", "Protocol", "Emissions", "Alarms", "GatewayCore", "YAML", "HostSystem", "ModbusLink",
                "MQTTUplink", "TelemetryStore", "PlantSimulator", "Cipher",
            ],
            swiftSettings: pure),

        // What `make bench` measures.
        .executableTarget(
            name: "HJ212Decode", dependencies: ["Protocol", "Telemetry"], path: "Benchmarks/HJ212Decode",
            swiftSettings: pure, linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "EmissionReplay", dependencies: ["GatewayCore", "Telemetry"], path: "Benchmarks/EmissionReplay",
            swiftSettings: pure, linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "JournalFill", dependencies: ["TelemetryStore", "Telemetry"], path: "Benchmarks/JournalFill",
            swiftSettings: pure, linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "AlarmRules", dependencies: ["GatewayCore", "Telemetry"], path: "Benchmarks/AlarmRules",
            swiftSettings: pure, linkerSettings: [.linkedLibrary("m")]),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["Telemetry", "HostSystem"], path: "Tests/TestSupport"),
        .target(
            name: "FaultyDisk", dependencies: ["CSQLite"], path: "Tests/FaultyDisk",
            linkerSettings: [.linkedLibrary("sqlite3")]),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", "TestSupport"], exclude: ["Cases"]),
        .testTarget(name: "ProtocolTests", dependencies: ["Protocol", "Cipher", "TestSupport"], exclude: ["Cases"]),
        .testTarget(name: "EmissionsTests", dependencies: ["Emissions", "TestSupport"]),
        .testTarget(name: "AlarmsTests", dependencies: ["Alarms", "TestSupport"]),
        .testTarget(
            name: "GatewayCoreTests", dependencies: ["GatewayCore", "Alarms", "TestSupport"], exclude: ["Cases"]),
        .testTarget(
            name: "AlarmProofTests",
            dependencies: [
                "GatewayCore", "PlantSimulator", "Protocol", "Telemetry", "Emissions", "Alarms", "TestSupport",
            ]),
        .testTarget(name: "CipherTests", dependencies: ["Cipher", "TestSupport"]),
        .testTarget(name: "TranscodingTests", dependencies: ["Transcoding", "TestSupport"]),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "TestSupport"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
        .testTarget(name: "HostSystemTests", dependencies: ["HostSystem", "TestSupport"]),
        .testTarget(
            name: "ModbusLinkTests", dependencies: ["ModbusLink", "GatewayCore", "TestSupport", "CModbus"],
            exclude: ["Peers"]),
        .testTarget(name: "MQTTUplinkTests", dependencies: ["MQTTUplink", "TestSupport"]),
        .testTarget(
            name: "TelemetryStoreTests",
            dependencies: ["TelemetryStore", "Cipher", "CSQLite", "FaultyDisk", "TestSupport"]),
        .testTarget(
            name: "PlantSimulatorTests", dependencies: ["PlantSimulator", "Protocol", "Cipher", "TestSupport"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Gatewayd", "GatewayCore", "Protocol", "TelemetryStore", "TestSupport"],
            exclude: ["Peers"]),
    ],
    swiftLanguageModes: [.v6]
)
