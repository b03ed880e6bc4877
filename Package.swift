// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

// Targets stand in the order an event passes them; a target imports only what stands above it.
let package = Package(
    name: "tailrace",
    products: [.executable(name: "tailrace", targets: ["tailrace"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libhyperscan-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNats", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        .target(name: "TailraceEvent", swiftSettings: strict),
        .target(name: "TailraceOptions", swiftSettings: strict),
        .target(name: "TailraceRegex", dependencies: ["CRE2"], swiftSettings: strict),
        .target(
            name: "TailraceCodec", dependencies: ["TailraceEvent", "TailraceOptions", "TailraceRegex"],
            swiftSettings: strict),
        .target(name: "TailraceDeflate", dependencies: ["CZlib"], swiftSettings: strict),
        .target(
            name: "TailraceInput",
            dependencies: [
                "TailraceEvent", "TailraceOptions", "TailraceCodec", "TailraceDeflate", "CSystemd", "CLinux",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(name: "TailraceFilter", dependencies: ["TailraceEvent", "CVectorscan"], swiftSettings: strict),
        .target(
            name: "TailraceRouter",
            dependencies: ["TailraceEvent", "TailraceRegex", "TailraceFilter", "CVectorscan", "COpenSSL"],
            swiftSettings: strict),
        .target(
            name: "TailraceLog",
            dependencies: [
                "TailraceEvent", "CZstd", "CZlib",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "TailraceHub",
            dependencies: [
                "TailraceEvent", "TailraceFilter", "TailraceLog", "TailraceDeflate",
                nio("NIOCore"), nio("NIOPosix"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "TailraceFleet",
            dependencies: [
                "TailraceEvent", "TailraceCodec", "TailraceLog", "CNats",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "TailraceAccess", dependencies: ["TailraceEvent", "CCrypt", "COpenSSL"], swiftSettings: strict),
        .target(
            name: "TailraceOpenID",
            dependencies: [
                "TailraceAccess", "TailraceEvent",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: strict),
        .target(
            name: "TailraceWeb",
            dependencies: [
                "TailraceAccess", "TailraceOpenID", "TailraceEvent", "TailraceFilter", "TailraceLog", "TailraceHub",
                "TailraceDeflate", "CZlib", "CLinux",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "TailraceDaemon",
            dependencies: [
                "TailraceEvent", "TailraceOptions", "TailraceCodec", "TailraceInput", "TailraceFilter",
                "TailraceRouter", "TailraceLog", "TailraceHub", "TailraceFleet", "TailraceAccess", "TailraceOpenID",
                "TailraceWeb",
                "CSystemd",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: strict),
        .target(
            name: "TailraceClient",
            dependencies: [
                "TailraceEvent", "TailraceCodec", "TailraceFilter", "CLinux",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOTLS"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "tailrace",
            dependencies: [
                "TailraceDaemon", "TailraceInput", "TailraceFilter", "TailraceCodec", "TailraceEvent", "TailraceAccess",
                "TailraceClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // For tests alone.
        .target(name: "TailraceTesting", swiftSettings: strict),
        .testTarget(
            name: "TailraceEventTests", dependencies: ["TailraceTesting", "TailraceEvent"], swiftSettings: strict),
        .testTarget(
            name: "TailraceRegexTests", dependencies: ["TailraceRegex"], swiftSettings: strict),
        .testTarget(
            name: "TailraceCodecTests", dependencies: ["TailraceCodec", "TailraceEvent", "TailraceOptions"],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceInputTests",
            dependencies: [
                "TailraceTesting", "TailraceInput", "TailraceEvent", "TailraceOptions", "TailraceCodec",
                "TailraceDeflate", "CLinux",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceFilterTests", dependencies: ["TailraceTesting", "TailraceFilter", "TailraceEvent"],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceRouterTests",
            dependencies: ["TailraceTesting", "TailraceRouter", "TailraceFilter", "TailraceEvent"],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceLogTests",
            dependencies: [
                "TailraceTesting", "TailraceLog", "TailraceEvent", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceDeflateTests", dependencies: ["TailraceTesting", "TailraceDeflate"], swiftSettings: strict),
        .testTarget(
            name: "TailraceHubTests",
            dependencies: [
                "TailraceTesting", "TailraceHub", "TailraceLog", "TailraceFilter", "TailraceEvent", "TailraceDeflate",
                nio("NIOCore"), nio("NIOPosix"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceFleetTests",
            dependencies: ["TailraceTesting", "TailraceFleet", "TailraceLog", "TailraceCodec", "TailraceEvent"],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceAccessTests", dependencies: ["TailraceTesting", "TailraceAccess", "TailraceEvent"],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceOpenIDTests", dependencies: ["TailraceOpenID", "TailraceAccess"], swiftSettings: strict),
        .testTarget(
            name: "TailraceWebTests",
            dependencies: [
                "TailraceTesting", "TailraceWeb", "TailraceHub", "TailraceAccess", "TailraceDeflate", "TailraceEvent",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded"), nio("NIOHTTP1"), nio("NIOWebSocket"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceDaemonTests",
            dependencies: [
                "TailraceTesting", "TailraceDaemon", "TailraceOptions", "TailraceInput", "TailraceCodec",
                "TailraceEvent",
                "TailraceFilter", "TailraceRouter", "TailraceLog", "TailraceHub", "TailraceWeb",
                nio("NIOCore"), nio("NIOPosix"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TailraceClientTests",
            dependencies: ["TailraceTesting", "TailraceClient", "TailraceFilter", "TailraceEvent"],
            swiftSettings: strict),
    ]
)
