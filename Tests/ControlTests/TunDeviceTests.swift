import CFastun
import Control
import Dataplane
import Glibc
import Testing

@Suite(.enabled(if: Host.hasTun, "needs root and /dev/net/tun"))
struct TunDeviceTests {
  @Test func offersOffloadsAndVanishesWithItsOwner() throws {
    try inNamespace {
      do {
        let device = try TunDevice(name: "ftc0", queues: 3)
        #expect(device.queues.count == 3)
        #expect(device.index == if_nametoindex("ftc0"))
        #expect(device.offloads.isSuperset(of: [.checksum, .tso4, .tso6]))
        for queue in device.queues {
          #expect(fcntl(queue.raw, F_GETFL) & O_NONBLOCK != 0)
          #expect(fcntl(queue.raw, F_GETFD) & FD_CLOEXEC != 0)
        }
      }
      #expect(if_nametoindex("ftc0") == 0)
    }
  }

  @Test func onlyTheFirstQueueIsAttachedAtFirst() throws {
    try inNamespace {
      let device = try TunDevice(name: "ftc0", queues: 3)
      #expect(device.queues.map(isAttached) == [true, false, false])
      try device.setAttached(queue: 1, true)
      try device.setAttached(queue: 2, true)
      #expect(device.queues.map(isAttached) == [true, true, true])
      try device.setAttached(queue: 2, false)
      #expect(device.queues.map(isAttached) == [true, true, false])
      let error = #expect(throws: SystemError.self) {
        try device.setAttached(queue: 2, false)
      }
      #expect(error?.code == EINVAL)
    }
  }

  @Test(arguments: ["ftc0", "lo"])
  func nameInUseIsRefused(name: String) throws {
    try inNamespace {
      let device = try TunDevice(name: "ftc0", queues: 2)
      let error = #expect(throws: SystemError.self) { try TunDevice(name: name, queues: 1) }
      #expect(error == SystemError("TUNSETIFF \(name)", code: EBUSY))
      #expect(if_nametoindex(device.name) == device.index)
    }
  }

  @Test func kernelTakes256QueuesAndNoMore() throws {
    try inNamespace {
      do {
        let device = try TunDevice(name: "ftc0", queues: TunDevice.maximumQueues)
        #expect(device.queues.count == 256)
      }
      let error = #expect(throws: SystemError.self) {
        try TunDevice(name: "ftc0", queues: TunDevice.maximumQueues + 1)
      }
      #expect(error?.code == E2BIG)
      #expect(if_nametoindex("ftc0") == 0)
    }
  }

  @Test func detachedQueueIsIdleNotBroken() throws {
    try inNamespace {
      let device = try TunDevice(name: "ftc0", queues: 2)
      var byte: UInt8 = 0
      #expect(read(device.queues[1].raw, &byte, 1) == -1)
      #expect(errno == EAGAIN)
      var events = pollfd(fd: device.queues[1].raw, events: Int16(POLLIN), revents: 0)
      #expect(poll(&events, 1, 0) == 0)
    }
  }

  /// TUNGETIFF says IFF_DETACH_QUEUE of a detached queue.
  private func isAttached(_ queue: Descriptor) -> Bool {
    var request = ifreq()
    return ft_ioctl(queue.raw, FT_TUNGETIFF, &request) == 0
      && Int32(request.ifr_ifru.ifru_flags) & IFF_DETACH_QUEUE == 0
  }
}
