// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets have no `main` of their own, which would break the tests of the package above. The relay's targets are
// here by symbolic links: compiled as part of this package, with coverage, and with what is visible in their own.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func fuzzTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    // libFuzzer brings `main`.
    .executableTarget(
        name: name, dependencies: dependencies, swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
    name: "tailrace-fuzz",
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "TailraceEvent", swiftSettings: strict),
        .target(name: "TailraceOptions", swiftSettings: strict),
        .target(name: "TailraceRegex", dependencies: ["CRE2"], swiftSettings: strict),
        .target(
            name: "TailraceCodec", dependencies: ["TailraceEvent", "TailraceOptions", "TailraceRegex"],
            swiftSettings: strict),
        .target(name: "TailraceFilter", dependencies: ["TailraceEvent", "CVectorscan"], swiftSettings: strict),
        .target(
            name: "TailraceRouter",
            dependencies: ["TailraceEvent", "TailraceRegex", "TailraceFilter", "CVectorscan", "COpenSSL"],
            swiftSettings: strict),
        .target(name: "TailraceDeflate", dependencies: ["CZlib"], swiftSettings: strict),

        fuzzTarget("CodecFuzz", ["TailraceCodec", "TailraceEvent", "TailraceOptions"]),
        fuzzTarget("SyslogFuzz", ["TailraceCodec", "TailraceEvent"]),
        fuzzTarget("FilterFuzz", ["TailraceFilter", "TailraceEvent"]),
        fuzzTarget("InflateFuzz", ["TailraceDeflate"]),
        fuzzTarget("JoinFuzz", ["TailraceCodec", "TailraceEvent", "TailraceOptions"]),
        fuzzTarget("RedactorFuzz", ["TailraceRouter", "TailraceEvent"]),
    ]
)
