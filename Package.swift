// swift-tools-version: 6.3
import Foundation
import PackageDescription

/// Settings of every target: Swift 6 with its upcoming strictness, and no warning let through.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// Without it Glibc hides pthread_setname_np, sched_setaffinity and sendmmsg, from Swift too.
let gnu: [CSetting] = [.define("_GNU_SOURCE")]

/// Whether datagrams are sealed by Intel's multi-buffer library, three times as fast as libcrypto 3.0; it
/// exists for x86-64 only, and not everywhere. FASTUN_WITHOUT_IPSEC_MB of the environment builds as where it is not.
#if arch(x86_64)
  let hasIPSecMB =
    Context.environment["FASTUN_WITHOUT_IPSEC_MB"] == nil
    && ["/usr/include", "/usr/local/include"].contains {
      FileManager.default.fileExists(atPath: $0 + "/intel-ipsec-mb.h")
    }
#else
  let hasIPSecMB = false
#endif

let package = Package(
  name: "fastun",
  products: [
    .executable(name: "fastun", targets: ["fastun"]),
    // Preloaded into fastun by the benchmarks; nothing links to it.
    .library(name: "CountAllocations", type: .dynamic, targets: ["CCount"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    // Benchmarks alone.
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    // C edges: system libraries found by pkg-config, and one shim for what Swift cannot import.
    .systemLibrary(name: "CLiburing", pkgConfig: "liburing", providers: [.apt(["liburing-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(
      name: "CNetlink", pkgConfig: "libnl-route-3.0", providers: [.apt(["libnl-route-3-dev"])]),
    .systemLibrary(
      name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "CFastun", dependencies: ["CLiburing"], cSettings: gnu),

    // The packet's walk: one module, so that the optimiser sees all of it.
    .target(
      name: "Dataplane", dependencies: ["CFastun", "CLibcrypto", "CLiburing", "CLZ4"],
      cSettings: gnu, swiftSettings: strict + [.strictMemorySafety()]),

    // Who the peer is, and keys for the lanes: Noise on swift-crypto, without sockets and clocks.
    .target(
      name: "Handshake",
      dependencies: ["Dataplane", .product(name: "Crypto", package: "swift-crypto")],
      cSettings: gnu, swiftSettings: strict),

    // What surrounds the walk: addresses, rtnetlink, the peer's greeting, supervision.
    .target(
      name: "Control",
      dependencies: [
        "CFastun", "CNetlink", "Dataplane", "Handshake",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      cSettings: gnu, swiftSettings: strict),

    // The command.
    .executableTarget(
      name: "fastun",
      dependencies: [
        "Control", "Dataplane", "Handshake",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      cSettings: gnu, swiftSettings: strict),

    // Namespaces, processes and traffic, shared by the tests of whole tunnels and by the benchmarks.
    .target(
      name: "Testbed", dependencies: ["CFastun"], path: "Tests/Testbed", cSettings: gnu,
      swiftSettings: strict),
    .executableTarget(
      name: "Demo", dependencies: ["Testbed"], path: "Tests/Demo", cSettings: gnu,
      swiftSettings: strict),
    .executableTarget(
      name: "Soak", dependencies: ["Testbed"], path: "Tests/Soak", cSettings: gnu,
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CFastun", "CLook", "Dataplane", "Testbed",
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      path: "Benchmarks", exclude: ["Count", "Look"], cSettings: gnu, swiftSettings: strict),
    .target(name: "CCount", path: "Benchmarks/Count", cSettings: gnu),
    .target(name: "CLook", path: "Benchmarks/Look", cSettings: gnu),

    .testTarget(
      name: "DataplaneTests",
      dependencies: [
        "CFastun", "Dataplane", "Testbed", .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Codec/AEAD/Vectors"], cSettings: gnu, swiftSettings: strict),
    .testTarget(
      name: "HandshakeTests",
      dependencies: [
        "Dataplane", "Handshake", .product(name: "Crypto", package: "swift-crypto"),
      ],
      // Read where they lie.
      exclude: ["Vectors"], cSettings: gnu, swiftSettings: strict),
    .testTarget(
      name: "ControlTests",
      dependencies: [
        "CFastun", "Control", "Dataplane", "Handshake",
        .product(name: "Logging", package: "swift-log"),
      ],
      cSettings: gnu, swiftSettings: strict),
    .testTarget(
      name: "FastunTests", dependencies: ["CFastun", "Testbed", "fastun"], cSettings: gnu,
      swiftSettings: strict),
    .testTarget(
      name: "BenchmarksTests", dependencies: ["Benchmarks", "Testbed"], cSettings: gnu,
      swiftSettings: strict),
    .testTarget(
      name: "TunnelTests", dependencies: ["Testbed"], cSettings: gnu, swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

if hasIPSecMB {
  package.targets.append(
    .systemLibrary(name: "CIPSecMB", providers: [.apt(["libipsec-mb-dev"])]))
  for target in package.targets where ["Dataplane", "DataplaneTests"].contains(target.name) {
    target.dependencies.append("CIPSecMB")
    target.swiftSettings?.append(.define("IPSEC_MB"))
  }
}

// The fuzzer (Tests/Fuzz/run.sh) looks inside Dataplane as its tests do, and shares their support files;
// in a build of its own, because it is optimised and other optimised builds are not made for testing.
if Context.environment["FASTUN_FUZZ"] != nil {
  package.targets.removeAll { ["DataplaneTests", "HandshakeTests"].contains($0.name) }
  package.targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CFastun", "Dataplane", "Handshake", .product(name: "Crypto", package: "swift-crypto"),
      ],
      path: "Tests",
      exclude: [
        "ControlTests", "FastunTests", "Testbed", "TunnelTests", "Demo", "Soak", "Fuzz/run.sh",
      ]
        + ["Codec", "Device", "Engine", "Lane", "Memory", "Packet", "Walk"]
        .map { "DataplaneTests/\($0)" }
        + ["Admission", "Handshaker", "Identity", "Message", "Noise", "Support", "Vectors"]
        .map { "HandshakeTests/\($0)" },
      sources: ["Fuzz", "DataplaneTests/Support", "HandshakeTests/Exchange"], cSettings: gnu,
      swiftSettings: strict))
}
