internal import CFastun
import Glibc

/// What a lane's thread starts from; it makes the rest (memory, engine) itself, on the CPU it is pinned to,
/// so that the pages are that CPU's.
struct LaneStart: Sendable {
  let plan: Plan
  let files: LaneFiles
  let mailbox: Mailbox
  let counters: Counters
  let switchboard: Switchboard
  let engine: Plan.EngineChoice
  let index: Int
  let lanes: Int
  /// Ours, where packets travel in the clear; nil where they are sealed.
  let clearSession: UInt32?

  /// The CPU that the lane is pinned to; nil for none.
  var cpu: Int? { plan.cpus.isEmpty ? nil : plan.cpus[index % plan.cpus.count] }

  /// Runs the lane on this thread until it is told to stop.
  func run() {
    if let cpu, case let code = ft_pin_to_cpu(Int32(cpu)), code != 0 {
      switchboard.fail(lane: index, code: code)
      return
    }
    do {
      var slab = try Slab(size: LaneMemory.budgetBytes)
      let memory = LaneMemory(from: &slab)
      let outputs = Outputs(
        memory: memory, counters: counters, queue: files.queue.raw, socket: files.socket.raw,
        trainLimit: plan.trainLimit)
      if let clearSession {
        let sealer = ClearSealer(lane: index, session: clearSession, memory: memory.sealing)
        try run(sealer, outputs)
      } else {
        try run(SessionSealer(lane: index, memory: memory.sealing), outputs)
      }
      // The engine ended with its lane above; only now may the memory that it used go.
      _ = consume slab
    } catch {
      switchboard.fail(lane: index, code: error.code)
    }
  }

  private func run<S: Sealer>(_ sealer: S, _ outputs: Outputs) throws(SystemError) {
    if engine == .uring {
      do throws(SystemError) {
        let engine = try UringEngine(outputs, wake: mailbox.wake.raw)
        switchboard.begin()
        run(engine, sealer)
        return
      } catch {
        // Memory that is locked is limited for all of a user's processes: the probe may have had the last of it.
        guard plan.engine == .auto else { throw error }
        switchboard.begin(without: error)
      }
    } else {
      switchboard.begin()
    }
    run(PollEngine(outputs, wake: mailbox.wake.raw), sealer)
  }

  private func run<E: Engine & ~Copyable, S: Sealer>(_ engine: consuming E, _ sealer: S) {
    let memory = engine.outputs.memory
    var lane = Lane(
      engine, sealer: sealer, plan: plan, memory: memory, counters: counters,
      switchboard: switchboard, mailbox: mailbox, index: index, lanes: lanes,
      choosesSource: files.choosesSource)
    lane.run()
  }
}

/// The thread of a lane.
@safe
struct LaneThread: @unchecked Sendable {
  // @unchecked: a thread's name, used for joining it once.
  private let thread: pthread_t

  /// Starts a thread with every signal blocked: signals are the control side's.
  init(_ start: LaneStart) throws(SystemError) {
    final class Box {
      let start: LaneStart
      init(_ start: LaneStart) { self.start = start }
    }
    var all = sigset_t()
    var before = sigset_t()
    var created = pthread_t()
    // SAFETY: the box is retained here and released by the new thread; the masks live for the calls.
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
    let box = unsafe Unmanaged.passRetained(Box(start))
    let code = unsafe pthread_create(
      &created, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
        unsafe pthread_setname_np(pthread_self(), "lane \(box.start.index)")
        box.start.run()
        return nil
      }, box.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    guard code == 0 else {
      unsafe box.release()
      throw SystemError("pthread_create of lane \(start.index)", code: code)
    }
    thread = created
  }

  func join() { pthread_join(thread, nil) }
}
