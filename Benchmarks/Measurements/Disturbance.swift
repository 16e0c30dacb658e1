import Glibc
import Testbed

/// What the machine did besides.
struct Disturbance: CustomStringConvertible, Sendable {
  /// Time that the host stole, and time of other programs, in cores.
  var stolenCores = 0.0
  var foreignCores = 0.0
  /// Part of the time in which a CPU was slowed by what ran on the same core, from 0 to 1, as ``CoreWatch``
  /// finds it; nil where it did not look.
  var slowedShare: Double?
  /// Part of the time in which CPUs that are said to share a cache did not; nil where that was not looked at, or
  /// does not matter.
  var farShare: Double?

  /// Beyond this a measurement says more about the neighbours than about a tunnel.
  var isTooMuch: Bool {
    stolenCores > 0.1 || foreignCores > 0.05 || slowedShare ?? 0 > 0.75 || farShare ?? 0 > 0.25
  }
  /// By which the better of two is known.
  var sum: Double { stolenCores + foreignCores + (slowedShare ?? 0) + (farShare ?? 0) }

  var description: String {
    var parts = [
      "\(number(stolenCores)) cores stolen", "\(number(foreignCores)) cores for other programs",
    ]
    if let slowedShare { parts.append("slowed \(number(slowedShare * 100)) % of the time") }
    if let farShare { parts.append("far apart \(number(farShare * 100)) % of the time") }
    return parts.joined(separator: ", ")
  }

  /// Watches the machine from its making on.
  struct Watch {
    private let start = Deadline.now
    private let stolen = Self.stolenTicks()
    private let foreign: Int
    private let own: Set<Int>
    private let looks = CoreWatch.count()

    /// `own`: pids whose time is the measurement's, besides this process.
    init(own: [Int32]) {
      self.own = Set(own.map(Int.init) + [Int(getpid())])
      foreign = Self.foreignTicks(except: self.own)
    }

    /// `slowedShare`: of what was measured, where one thread did it by itself and knows more closely. How far
    /// CPUs are apart is nothing to it.
    func end(slowedShare: Double? = nil) -> Disturbance {
      let seconds = Double(Deadline.now - start) / 1e9
      let perCore = seconds * Double(sysconf(Int32(_SC_CLK_TCK)))
      let looks = CoreWatch.count() - looks
      let ticks = max(0, Self.foreignTicks(except: own) - foreign)
      return Disturbance(
        stolenCores: Double(Self.stolenTicks() - stolen) / perCore,
        foreignCores: Double(ticks) / perCore,
        slowedShare: CoreWatch.isLooking ? slowedShare ?? looks.slowed.share : nil,
        farShare: slowedShare == nil ? looks.far.share : nil)
    }

    /// Field "steal" of the first line of /proc/stat, over all CPUs.
    private static func stolenTicks() -> Int {
      let line = readProcFile("/proc/stat")?.split(separator: "\n").first ?? ""
      let fields = line.split(separator: " ")
      return fields.count > 8 ? Int(fields[8]) ?? 0 : 0
    }

    /// Ticks so far of all processes but the own ones and the kernel's threads. Those of one that ends are
    /// its parent's from then on, so that programs which come and go meanwhile are in the sum too.
    private static func foreignTicks(except own: Set<Int>) -> Int {
      var ticks = 0
      guard let folder = opendir("/proc") else { return ticks }
      defer { closedir(folder) }
      let kernelThread = 0x20_0000
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard let pid = Int(name), !own.contains(pid), let stat = readProcFile("/proc/\(pid)/stat"),
          let fields = ProcessUsage.fields(stat: stat), fields.flags & kernelThread == 0
        else { continue }
        ticks += fields.ticks
      }
      return ticks
    }
  }
}
