internal import CFastun
import Glibc

/// Sends trains and writes to the device, counts what became of it.
///
/// Both are system calls made at once, in either engine: the bytes are still in the cache, order is exact,
/// and a train costs one call of 140 ns for some 60 KiB (perf/LEDGER.md has the comparison with
/// submitting them through the ring).
struct Outputs {
  let memory: LaneMemory
  let counters: Counters
  let queue: Int32
  let socket: Int32
  /// Datagrams per train; falls to 1 where the path's device turns out not to segment.
  var trainLimit: Int

  /// Somebody waited for a train in vain, and none was sent since.
  var isStuck = false

  /// There is no session yet, and one is about to come: the device keeps its packets until then.
  var isHeld = false

  /// Whether frames are to be taken from the device: what they make could be sent.
  var takesFrames: Bool { waiting.isEmpty && !isHeld }

  /// Trains that wait for room in the socket, in order.
  var waiting: IndexQueue { memory.waiting }

  /// Sends a prepared train; false where the socket has no room. Whatever else happened is counted, and
  /// the train is done with.
  mutating func send(_ slot: Int) -> Bool {
    let train = memory.trains[slot]
    // SAFETY: the message header and what it points to are the slot's.
    var sent = unsafe sendmsg(socket, train.message, Int32(MSG_DONTWAIT))
    var tries = 1
    while sent < 0, tries < Self.attempts(errno) {
      sent = unsafe sendmsg(socket, train.message, Int32(MSG_DONTWAIT))
      tries &+= 1
    }
    if sent >= 0 {
      counters.add(.trainsSent)
      counters.add(.datagramsSent, train.datagrams)
      counters.add(.datagramBytesSent, sent)
      counters.add(.datagramsCompressed, train.compressed)
      return true
    }
    return fail(train, errno)
  }

  @inline(never)
  private mutating func fail(_ train: Train, _ code: Int32) -> Bool {
    switch code {
    case EAGAIN, EINTR:
      return false
    case ECONNREFUSED:
      // Reported so often in a row: the peer's port is closed, and its host says so at once.
      counters.add(.dropSendRefused, train.datagrams)
    case EIO where train.datagrams > 1:
      // The path's device cannot checksum, so the kernel does not segment (udp_send_skb of udp.c).
      trainLimit = 1
      sendApart(train)
    case EINVAL where train.datagrams > 1, EMSGSIZE where train.datagrams > 1:
      sendApart(train)
    default:
      counters.fail(sends: train.datagrams, code)
    }
    return true
  }

  /// Calls that are worth making for the same bytes, in all, where one ended with this errno.
  ///
  /// What an ICMP message says of an earlier datagram is reported by the next call, which then sends nothing
  /// (icmp_err_convert of net/ipv4/icmp.c, `tab_unreach` of net/ipv6/icmp.c). Anybody can forge such
  /// messages, a few between two calls.
  @inline(never)
  private static func attempts(_ code: Int32) -> Int {
    switch code {
    case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENONET: 8
    case ENOPROTOOPT, EOPNOTSUPP, EPROTO, EACCES: 8
    // As a rule this is true.
    case EMSGSIZE: 2
    default: 1
    }
  }

  /// Sends a train's datagrams one by one: slow, and right on every path.
  private mutating func sendApart(_ train: Train) {
    let all = train.bytes
    var offset = 0
    while offset < all.count {
      let datagram = all.slice(offset, min(train.segment, all.count - offset))
      let code = sendAlone(datagram)
      if code == 0 {
        counters.add(.datagramsSent)
        counters.add(.datagramBytesSent, datagram.count)
      } else {
        counters.fail(sends: 1, code)
      }
      offset += datagram.count
    }
    counters.add(.trainsSent)
    counters.add(.datagramsCompressed, train.compressed)
  }

  /// Sends one datagram; waits for room once. 0 or an errno.
  private mutating func sendAlone(_ datagram: Bytes) -> Int32 {
    var hasWaited = false
    var tries = 0
    while true {
      // SAFETY: the run is live for the call.
      if unsafe Glibc.send(socket, datagram.base, datagram.count, Int32(MSG_DONTWAIT)) >= 0 {
        return 0
      }
      let code = errno
      tries &+= 1
      if code == EAGAIN, !hasWaited {
        awaitRoom(milliseconds: 100)
        hasWaited = true
      } else if tries >= Self.attempts(code) {
        return code
      }
    }
  }

  /// Writes to the device: it takes or refuses a packet at once.
  mutating func write(_ slot: Int) {
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

  /// Blocks until the socket has room, or for so long.
  @inline(never)
  mutating func awaitRoom(milliseconds: Int32) {
    var event = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
    // SAFETY: one pollfd of this frame.
    _ = unsafe poll(&event, 1, milliseconds)
  }

  /// Bytes that the kernel still holds for the socket; more than any where trains wait for it.
  var backlog: Int { waiting.isEmpty ? Int(ft_outq(socket)) : Int.max }
}
