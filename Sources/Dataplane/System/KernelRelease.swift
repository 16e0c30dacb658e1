import Glibc

/// The running kernel's version, for the few limits that no probe tells.
package struct KernelRelease: Comparable, Sendable {
  let major: Int
  let minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads "6.18.44-…"; nil where the text does not start so.
  package init?(_ text: String) {
    let parts = text.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
    guard parts.count == 2, text.first?.isNumber == true else { return nil }
    self.init(parts[0], parts[1])
  }

  /// Of the kernel that runs; 0.0 where it does not say.
  package static var current: KernelRelease {
    var names = utsname()
    // SAFETY: uname fills the fields with terminated strings.
    guard unsafe uname(&names) == 0 else { return KernelRelease(0, 0) }
    let text = unsafe withUnsafeBytes(of: &names.release) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return KernelRelease(text) ?? KernelRelease(0, 0)
  }

  package static func < (one: KernelRelease, other: KernelRelease) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}
