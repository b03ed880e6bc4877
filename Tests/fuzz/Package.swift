// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets have no `main` of their own, which would break the tests of the package above. The relay's targets are
// here by symbolic links: compiled as part of this package, with coverage. A dependency would not do: their API is
// `package`, which ends at a package's border, and NIO and SQLite would have to be fetched and built as well.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func relayTarget(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

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
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        relayTarget("TailraceEvent"),
        relayTarget("TailraceOptions"),
        relayTarget("TailraceRegex", ["CRE2"]),
        relayTarget("TailraceCodec", ["TailraceEvent", "TailraceOptions", "TailraceRegex"]),
        // What a journal reader sends; the rest of the input is no parser.
        relayTarget("TailraceJournal", ["TailraceEvent", "TailraceCodec"]),
        relayTarget("TailraceFilter", ["TailraceEvent", "CVectorscan"]),
        relayTarget("TailraceRouter", ["TailraceEvent", "TailraceRegex", "TailraceFilter", "CVectorscan", "COpenSSL"]),
        relayTarget("TailraceDeflate", ["CZlib"]),
        relayTarget("TailraceAccess", ["TailraceEvent", "CCrypt", "COpenSSL"]),

        fuzzTarget("AccessFuzz", ["TailraceAccess"]),
        fuzzTarget("CodecFuzz", ["TailraceCodec", "TailraceEvent", "TailraceOptions"]),
        fuzzTarget("SyslogFuzz", ["TailraceCodec", "TailraceEvent"]),
        fuzzTarget("FilterFuzz", ["TailraceFilter", "TailraceEvent"]),
        fuzzTarget("GzipTailFuzz", ["TailraceDeflate", "TailraceOptions"]),
        fuzzTarget("InflateFuzz", ["TailraceDeflate"]),
        fuzzTarget("JournalFuzz", ["TailraceJournal", "TailraceCodec", "TailraceEvent"]),
        fuzzTarget("JoinFuzz", ["TailraceCodec", "TailraceEvent", "TailraceOptions"]),
        fuzzTarget("RedactorFuzz", ["TailraceRouter", "TailraceEvent"]),
    ]
)
