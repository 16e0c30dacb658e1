"""What a sample was spent on."""

import re

# In the order of the table.
USER, CIPHER, LZ4, USER_COPY = "user code", "cipher", "LZ4", "user copy"
COPY, MEMORY, NETWORK = "kernel copy", "kernel memory", "kernel network"
SCHEDULER, ENTRY, OTHER, IDLE = "scheduler, wake-ups", "system-call entry", "other kernel", "idle"
ALL = [USER, CIPHER, LZ4, USER_COPY, COPY, MEMORY, NETWORK, SCHEDULER, ENTRY, OTHER, IDLE]


def words(text):
    return re.compile("^(?:" + "|".join(text.split()) + ")")


# Innermost functions of the kernel, and what follows them down to the bottom of a copy.
COPIES = words(
    r"_?copy_(to|from|user|page_to|page_from|mc) __?copy _copy_(to|from) copyin copyout rep_movs"
    r" memcpy __memcpy raw_copy copy_page_to_iter csum_and_copy csum_partial skb_copy_bits"
    r" fault_in_iov memmove __memmove")
MEMORIES = words(
    r"clear_page __alloc_pages alloc_pages __rmqueue get_page_from_freelist free_unref free_pcp"
    r" kmem_cache kmalloc __kmalloc kfree slab_ ___slab page_frag skb_page_frag __free_pages"
    r" free_frozen __free_frozen handle_mm_fault asm_exc_page_fault do_user_addr_fault memset __memset")
ENTRIES = words(
    r"entry_SYSCALL do_syscall_64 syscall_ __x64_sys_ x64_sys_call __syscall fdget __fget __fdget"
    r" fput import_iovec __import_iovec rw_verify_area vfs_read vfs_write ksys_ do_readv do_writev"
    r" do_iter_ vfs_readv vfs_writev sockfd_lookup __get_user iovec_from_user copy_iovec"
    r" entry_ srso_ __x86_return retbleed rcu_read_unlock_trace")
SCHEDULERS = words(
    r"__?schedule$ schedule$ schedule_ try_to_wake_up ttwu_ default_wake_function __wake_up"
    r" ep_poll_callback select_task_rq enqueue_task dequeue_task pick_next finish_task_switch"
    r" autoremove_wake wake_up_ sched_ update_curr __?io_req_task_work io_poll_wake"
    r" asm_sysvec_reschedule sysvec_reschedule do_poll do_sys_poll poll_schedule")
NETWORKS = words(
    r"__?tcp_ __?udp __?ip_ __?ip6_ ip_ inet __?skb_ __?sock_ __sys_(send|recv) ___sys_(send|recv)"
    r" ____sys_ sk_ tun_ veth_ __?netif_ __?dev_ dev_ net_ napi_ __napi gro_ inet_gro nf_ qdisc_"
    r" sch_ __qdisc validate_xmit process_backlog eth_ fib_ neigh_ __local_bh do_softirq"
    r" __do_softirq handle_softirqs release_sock lock_sock __release_sock virtio_net_hdr"
    r" bpf_prog security_sock apparmor_socket simple_copy_to_iter __skb_datagram mem_cgroup_sk")
IDLES = words(
    r"default_idle native_safe_halt pv_native_safe_halt acpi_idle intel_idle mwait_idle"
    r" cpu_idle_poll arch_cpu_idle cpuidle_")


def kind(frames):
    """The kind of a stack, outermost frame first."""
    if not frames:
        return OTHER
    inner = frames[-1]
    if not inner.in_kernel:
        return user_kind(inner)
    kernel = [f.name for f in reversed(frames) if f.in_kernel]
    # Whatever called it: what runs is a copy, or the making of a page.
    if any(COPIES.match(name) for name in kernel[:2]):
        return COPY
    if any(MEMORIES.match(name) for name in kernel[:3]):
        return MEMORY
    if ENTRIES.match(kernel[0]):
        return ENTRY
    # From inside out: what a packet's way wakes is the scheduler's, not the network's.
    for name in kernel:
        if SCHEDULERS.match(name):
            return SCHEDULER
        if NETWORKS.match(name):
            return NETWORK
        if IDLES.match(name):
            return IDLE
    return ENTRY if any(ENTRIES.match(name) for name in kernel) else OTHER


def user_kind(frame):
    library = frame.dso.rsplit("/", 1)[-1]
    if library.startswith(("libIPSec_MB", "libcrypto")):
        return CIPHER
    if library.startswith("liblz4"):
        return LZ4
    if re.match(r"__?mem(cpy|move|set)", frame.name):
        return USER_COPY
    return USER
