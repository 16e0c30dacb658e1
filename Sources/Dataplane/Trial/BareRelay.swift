internal import CFastun
import Glibc

/// A lane with nothing in its walk: what the device gives is sent as it is, as one train, and what the peer
/// sends is written to the device as it came.
///
/// No tunnel: its datagrams say nothing of themselves and nobody checks them, so one that is lost spoils a
/// super-packet. But it makes the system calls of a lane under a bulk transfer, with a lane's engine, buffers,
/// budgets and looks, and does nothing else. So it is about what a program can reach that makes these calls for
/// each super-packet, and what fastun has less of it is the price of fastun's own work.
package struct BareRelay {
  /// The device's longest packet in bytes: with its virtio header it fills a datagram on a link with MTU 1500.
  package static let mtu = datagram - VirtioHeader.size
  /// The device's longest super-packet: what a train has room for beside the virtio header.
  package static let longestPacket = Train.maximumBytes - VirtioHeader.size
  /// Bytes of a train's datagrams.
  private static let datagram = 1_472

  private let device: TunDevice
  private let socket: LaneSocket
  private let wake: Descriptor

  /// Makes the device `name`, and a socket from `local` to `remote`.
  ///
  /// - Throws: as ``TunDevice`` and ``LaneSocket`` do, and what `eventfd` says.
  package init(
    device name: String, local: SocketAddress, remote: SocketAddress
  ) throws(SystemError) {
    device = try TunDevice(name: name, queues: 1)
    socket = try LaneSocket(local: local, remote: remote)
    // Nobody rings it: engines want one.
    wake = try .event(isBlocking: true)
  }

  /// Carries until the engine fails; the errno of that.
  package func run() throws(SystemError) -> Int32 {
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let counters = Counters()
    let outputs = Outputs(
      memory: LaneMemory(from: &slab), counters: counters, queue: device.queues[0].raw,
      socket: socket.peer.raw, trainLimit: Train.maximumDatagrams)
    let failure =
      switch try EngineProbe(.auto).engine {
      case .poll: run(PollEngine(outputs, wake: wake.raw))
      default: run(try UringEngine(outputs, wake: wake.raw))
      }
    counters.deallocate()
    // The engine used its memory until here.
    _ = consume slab
    return failure
  }

  private func run<E: Engine & ~Copyable>(_ engine: consuming E) -> Int32 {
    let memory = engine.outputs.memory
    while engine.failure == 0 {
      engine.wait()
      while let event = engine.next() {
        switch event {
        case .frame(let frame, let length):
          send(memory.frameRoom(frame).slice(0, length), &engine.outputs)
          engine.release(frame: frame)
        case .datagrams(let buffer, let length, _):
          // SAFETY: the buffer is held by this lane. What the device refuses is lost.
          _ = unsafe write(engine.outputs.queue, memory.buffers[buffer].base, length)
          engine.release(buffer: buffer)
        case .wake:
          break
        }
      }
    }
    return engine.failure
  }

  private func send(_ bytes: Bytes, _ outputs: inout Outputs) {
    // Room for FT_CMSG_SPACE_U16 bytes.
    var control: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var run = unsafe iovec(iov_base: bytes.base, iov_len: bytes.count)
    // SAFETY: all that the header points to lives for the calls.
    unsafe withUnsafeMutablePointer(to: &run) { run in
      unsafe withUnsafeMutableBytes(of: &control) { control in
        var message = unsafe msghdr()
        unsafe message.msg_iov = run
        unsafe message.msg_iovlen = 1
        if bytes.count > Self.datagram, let base = control.baseAddress {
          unsafe ft_cmsg_put_segment(base, UInt16(Self.datagram))
          unsafe message.msg_control = base
          unsafe message.msg_controllen = FT_CMSG_SPACE_U16
        }
        while unsafe sendmsg(outputs.socket, &message, Int32(MSG_DONTWAIT)) < 0, errno == EAGAIN {
          outputs.awaitRoom(milliseconds: 10)
        }
      }
    }
  }
}
