internal import CFastun
import Glibc

/// What both engines do with an output that is done: count it, and give back what it held.
struct Outputs {
  let memory: LaneMemory
  let counters: Counters

  /// What became of a send.
  enum SendResult {
    case done
    /// The socket's buffer is full: to be sent again, before any other.
    case wait
    /// The kernel cannot segment on this path: datagram by datagram, from now on.
    case apart
  }

  /// Counts a finished send by its result (bytes, or a negative errno). The slot is the caller's to
  /// give back where that says `done`.
  func settle(send slot: Int, _ result: Int32) -> SendResult {
    let train = memory.trains[slot]
    if result >= 0 {
      counters.add(.trainsSent)
      counters.add(.datagramsSent, train.datagrams)
      counters.add(.datagramBytesSent, train.gather.total)
      counters.add(.datagramsCompressed, train.compressed)
      return .done
    }
    switch -result {
    case EAGAIN, EINTR:
      return .wait
    case ECONNREFUSED:
      // The error is an earlier datagram's; the kernel reports it once and has sent nothing.
      counters.add(.dropSendRefused, train.datagrams)
      return .done
    case EIO, EINVAL, EMSGSIZE:
      // The path's device cannot checksum or segment (net/ipv4/udp.c, udp_send_skb).
      if train.datagrams > 1 { return .apart }
      fallthrough
    default:
      counters.add(.dropSendError, train.datagrams)
      return .done
    }
  }

  /// Sends a train's datagrams one by one: slow, and right on every path.
  @inline(never)
  func sendApart(_ slot: Int, socket: Int32, through buffer: Bytes) {
    let train = memory.trains[slot]
    let total = train.gather.total
    train.gather.flatten(into: buffer.slice(0, total))
    var offset = 0
    while offset < total {
      let datagram = buffer.slice(offset, min(train.segment, total - offset))
      // SAFETY: the run is live for the call.
      let sent = unsafe Glibc.send(socket, datagram.base, datagram.count, 0)
      if sent == datagram.count {
        counters.add(.datagramsSent)
        counters.add(.datagramBytesSent, sent)
      } else {
        counters.add(.dropSendError)
      }
      offset += datagram.count
    }
    counters.add(.trainsSent)
  }

  /// Writes to the device and counts: a tun device takes or refuses a packet at once.
  func writeNow(_ slot: Int, queue: Int32) {
    let write = memory.writes[slot]
    // SAFETY: the slot's gather list, whose runs are held for the call.
    let written = unsafe writev(queue, write.gather.entries, Int32(write.gather.count))
    if written >= 0 {
      counters.add(.deviceWrites)
      counters.add(.packetsIn, write.packets)
      counters.add(.bytesIn, write.gather.total &- VirtioHeader.size)
    } else {
      counters.add(.dropDeviceWrite, write.packets)
    }
  }
}
