internal import CFastun
internal import CLiburing
import Glibc

/// One io_uring instance, for one thread.
///
/// Made, used and ended by the thread that submits to it (IORING_SETUP_SINGLE_ISSUER), and noncopyable so
/// that it stays the only owner. Completions are reaped by a cursor: `next` until it gives nil.
@safe
struct Ring: ~Copyable {
  /// What a completion is about: the operation and the slot that `submit` was told.
  struct Completion {
    let operation: UInt8
    let slot: Int
    let result: Int32
  }

  // SAFETY: allocated here and freed in deinit; liburing's state of one ring. Its queues are memory that
  // the kernel shares: entries between head and tail are ours until the head moves.
  private let raw: UnsafeMutablePointer<io_uring>

  /// Sets up a ring for this thread.
  ///
  /// - Throws: EPERM or ENOSYS where io_uring is disabled, EINVAL where the kernel is too old.
  init(entries: UInt32, completions: UInt32) throws(SystemError) {
    // Not yet `raw`: a throw after the last property is set would run deinit, on a ring that is none.
    let ring = UnsafeMutablePointer<io_uring>.allocate(capacity: 1)
    unsafe ring.initialize(to: io_uring())
    var parameters = io_uring_params()
    parameters.flags =
      UInt32(IORING_SETUP_CQSIZE) | FT_SETUP_TASKRUN_FLAG | FT_SETUP_SINGLE_ISSUER
      | FT_SETUP_DEFER_TASKRUN
    parameters.cq_entries = completions
    let result = unsafe io_uring_queue_init_params(entries, ring, &parameters)
    guard result == 0 else {
      unsafe ring.deallocate()
      throw SystemError("io_uring_setup", code: -result)
    }
    unsafe raw = ring
  }

  deinit {
    unsafe io_uring_queue_exit(raw)
    unsafe raw.deallocate()
  }

  // MARK: Set-up

  /// Registers files; operations name them by their position.
  mutating func register(files: [Int32]) throws(SystemError) {
    let result = unsafe io_uring_register_files(raw, files, UInt32(files.count))
    guard result == 0 else { throw SystemError("io_uring_register files", code: -result) }
  }

  /// Lets go of the registered files, so that they can close before the ring has ended.
  mutating func unregisterFiles() { unsafe io_uring_unregister_files(raw) }

  // MARK: Submission

  /// A fresh entry; submits what is queued where the queue is full.
  mutating func entry() -> UnsafeMutablePointer<io_uring_sqe> {
    while true {
      if let entry = unsafe io_uring_get_sqe(raw) { return unsafe entry }
      unsafe io_uring_submit(raw)
    }
  }

  /// Marks an entry: a registered file, and what its completion will name.
  private func mark(
    _ entry: UnsafeMutablePointer<io_uring_sqe>, _ operation: UInt8, slot: Int
  ) {
    unsafe entry.pointee.flags = UInt8(truncatingIfNeeded: FT_IOSQE_FIXED_FILE)
    unsafe entry.pointee.user_data =
      UInt64(operation) << 32 | UInt64(UInt32(truncatingIfNeeded: slot))
  }

  /// READ of `target`, which is the kernel's until the completion; `flags` as of preadv2.
  mutating func read(
    _ operation: UInt8, file: Int32, slot: Int, _ target: Bytes, flags: Int32
  ) {
    let entry = unsafe entry()
    unsafe io_uring_prep_read(entry, file, target.base, UInt32(target.count), 0)
    unsafe entry.pointee.rw_flags = flags
    unsafe mark(entry, operation, slot: slot)
  }

  /// One completion when the file is ready for `events` (poll.h).
  mutating func poll(_ operation: UInt8, file: Int32, events: Int32) {
    let entry = unsafe entry()
    unsafe io_uring_prep_poll_add(entry, file, UInt32(events))
    unsafe mark(entry, operation, slot: 0)
  }

  /// An operation that does nothing and completes at once.
  mutating func nothing() {
    let entry = unsafe entry()
    unsafe io_uring_prep_nop(entry)
  }

  /// Cancels everything that is under way.
  mutating func cancelAll(_ operation: UInt8) {
    let entry = unsafe entry()
    unsafe io_uring_prep_cancel64(entry, 0, Int32(IORING_ASYNC_CANCEL_ANY))
    unsafe entry.pointee.user_data = UInt64(operation) << 32
  }

  /// Submits what is queued and lets completions come that are due, without waiting; 0 or an errno. Where
  /// there is neither, it does not enter the kernel.
  mutating func submitAndReap() -> Int32 {
    let submitted = unsafe io_uring_submit(raw)
    guard submitted >= 0, unsafe ft_ring_wants_enter(raw) else { return max(0, -submitted) }
    return max(0, unsafe -io_uring_get_events(raw))
  }

  /// Submits what is queued and waits for `count` completions; 0 or an errno.
  mutating func submitAndWait(_ count: Int) -> Int32 {
    let result = unsafe io_uring_submit_and_wait(raw, UInt32(count))
    return result < 0 ? -result : 0
  }

  /// The same, for at most `milliseconds`.
  mutating func submitAndWait(_ count: Int, milliseconds: Int) {
    var timeout = __kernel_timespec(tv_sec: 0, tv_nsec: Int64(milliseconds) * 1_000_000)
    var completion: UnsafeMutablePointer<io_uring_cqe>?
    unsafe io_uring_submit_and_wait_timeout(raw, &completion, UInt32(count), &timeout, nil)
  }

  // MARK: Completions

  /// The oldest completion, which is then the kernel's to overwrite; nil where there is none.
  mutating func next() -> Completion? {
    let head = unsafe ft_cq_head(raw)
    // SAFETY: the kernel leaves entries from head to tail alone until the head moves.
    guard unsafe head != ft_cq_tail(raw) else { return nil }
    let completion = unsafe Ring.read(ft_cqe_at(raw, head))
    unsafe io_uring_cq_advance(raw, 1)
    return completion
  }

  private static func read(_ entry: UnsafePointer<io_uring_cqe>) -> Completion {
    let data = unsafe entry.pointee.user_data
    return unsafe Completion(
      operation: UInt8(truncatingIfNeeded: data >> 32), slot: Int(data & 0xffff_ffff),
      result: entry.pointee.res)
  }
}
