import CFastun
import Glibc

/// A multi-queue tun device of our own: made here, gone when the last of its queues is closed.
///
/// Packets come and go with a 10-byte virtio header and no link header (IFF_VNET_HDR, IFF_NO_PI).
/// Of the queues only the first is attached at first: the kernel spreads flows over attached queues, and
/// how many lanes the peer has to take them is not known before it has greeted.
package final class TunDevice: Sendable {
  /// The interface's name.
  package let name: String
  /// The interface's index.
  package let index: UInt32
  /// Queue i for lane i, nonblocking.
  package let queues: [Descriptor]
  /// What the kernel agreed to leave undone.
  package let offloads: Offloads

  /// The most queues that one device has: MAX_TAP_QUEUES of drivers/net/tun.c.
  package static let maximumQueues = 256
  /// The longest interface name in bytes: IFNAMSIZ - 1 of linux/if.h.
  package static let maximumNameLength = 15

  /// Makes the interface `name` with `queues` queues (1...``maximumQueues``).
  ///
  /// The first queue is opened exclusively (IFF_TUN_EXCL): with IFF_MULTI_QUEUE alone a second process
  /// would silently take a share of the first one's traffic. A name in use is waited for briefly
  /// (``teardownPatience``).
  ///
  /// - Throws: of `open /dev/net/tun`: ENOENT or ENODEV (no tun in this kernel or container) and
  ///   EACCES; of `TUNSETIFF`: EBUSY (the name is in use), EPERM (no CAP_NET_ADMIN), EINVAL (a name
  ///   that cannot be) and E2BIG (too many queues).
  package init(name: String, queues count: Int) throws(SystemError) {
    var queues: [Descriptor] = []
    queues.append(
      try retrying(while: EBUSY) { () throws(SystemError) in
        try Self.openQueue(of: name, flags: IFF_TUN_EXCL)
      })
    for _ in 1..<max(count, 1) {
      let queue = try Self.openQueue(of: name, flags: 0)
      queues.append(queue)
      // At once, so that no flow is ever hashed to a queue that nobody reads.
      try Self.attach(queue, to: name, IFF_DETACH_QUEUE)
    }
    self.name = name
    self.queues = queues
    index = unsafe if_nametoindex(name)
    guard index != 0 else { throw .last("if_nametoindex \(name)") }
    offloads = try Self.negotiateOffloads(queues[0], name: name)
    var headerSize = Int32(MemoryLayout<virtio_net_hdr>.size)
    // SAFETY: the kernel reads one int there during the call.
    guard unsafe ft_ioctl(queues[0].raw, FT_TUNSETVNETHDRSZ, &headerSize) == 0 else {
      throw .last("TUNSETVNETHDRSZ \(name)")
    }
  }

  /// Puts a queue among those that the kernel spreads flows over, or takes it out (TUNSETQUEUE).
  ///
  /// A detached queue can be written; it is never readable, and what it held is dropped. Attach in ascending and detach in descending order, so that queue i keeps position i.
  ///
  /// - Throws: EINVAL where the queue is attached (or detached) already.
  package func setAttached(queue: Int, _ attached: Bool) throws(SystemError) {
    try Self.attach(queues[queue], to: name, attached ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE)
  }

  /// Opens one more queue of `name`, attached.
  private static func openQueue(of name: String, flags: Int32) throws(SystemError) -> Descriptor {
    // SAFETY: here and below, the kernel reads the strings during the call only.
    let raw = unsafe ft_open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard raw >= 0 else { throw .last("open /dev/net/tun") }
    let queue = Descriptor(raw)
    let all = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_VNET_HDR | flags
    guard unsafe ft_tun_ioctl(raw, FT_TUNSETIFF, name, all) == 0 else {
      throw .last("TUNSETIFF \(name)")
    }
    return queue
  }

  private static func attach(
    _ queue: Descriptor, to name: String, _ flag: Int32
  ) throws(SystemError) {
    guard unsafe ft_tun_ioctl(queue.raw, FT_TUNSETQUEUE, "", flag) == 0 else {
      throw .last("TUNSETQUEUE \(name)")
    }
  }

  /// Offloads belong to the device, so one queue, an attached one, settles them for all.
  private static func negotiateOffloads(
    _ queue: Descriptor, name: String
  ) throws(SystemError) -> Offloads {
    for wanted in Offloads.preferences {
      if ft_ioctl_value(queue.raw, FT_TUNSETOFFLOAD, UInt(wanted.rawValue)) == 0 { return wanted }
    }
    throw .last("TUNSETOFFLOAD \(name)")
  }
}
