// The C edge: what Swift's importer cannot read (ioctl numbers, cmsg macros, variadic calls, shifts of
// enums) and what Debian 12's headers (kernel 6.1, liburing 2.3) do not have yet. `static inline` and
// typed constants only, so that all of it is inlined into the Swift that uses it.
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/sockios.h>

// MARK: Device (linux/if_tun.h, linux/virtio_net.h)

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#endif
#ifndef TUN_F_USO6
#define TUN_F_USO6 0x40
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

static const unsigned long FT_TUNSETIFF = TUNSETIFF;
static const unsigned long FT_TUNGETIFF = TUNGETIFF;
static const unsigned long FT_TUNSETOFFLOAD = TUNSETOFFLOAD;
static const unsigned long FT_TUNSETVNETHDRSZ = TUNSETVNETHDRSZ;
static const unsigned long FT_TUNSETQUEUE = TUNSETQUEUE;
static const unsigned int FT_TUN_F_USO4 = TUN_F_USO4;
static const unsigned int FT_TUN_F_USO6 = TUN_F_USO6;
static const uint8_t FT_GSO_NONE = VIRTIO_NET_HDR_GSO_NONE;
static const uint8_t FT_GSO_TCPV4 = VIRTIO_NET_HDR_GSO_TCPV4;
static const uint8_t FT_GSO_TCPV6 = VIRTIO_NET_HDR_GSO_TCPV6;
static const uint8_t FT_GSO_UDP_L4 = VIRTIO_NET_HDR_GSO_UDP_L4;
static const uint8_t FT_GSO_ECN = VIRTIO_NET_HDR_GSO_ECN;
static const uint8_t FT_HDR_F_NEEDS_CSUM = VIRTIO_NET_HDR_F_NEEDS_CSUM;

static inline int ft_ioctl(int fd, unsigned long request, void *_Nullable argument) {
  return ioctl(fd, request, argument);
}
/// ioctl whose argument is a number, not an address (TUNSETOFFLOAD).
static inline int ft_ioctl_value(int fd, unsigned long request, unsigned long value) {
  return ioctl(fd, request, value);
}
static inline int ft_open(const char *_Nonnull path, int flags) { return open(path, flags); }
/// Bytes of sent datagrams that the kernel still holds for this socket (SIOCOUTQ), or -1.
static inline int ft_outq(int fd) {
  int bytes = 0;
  return ioctl(fd, SIOCOUTQ, &bytes) < 0 ? -1 : bytes;
}

// MARK: UDP segmentation offload (linux/udp.h)

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
static const int FT_UDP_SEGMENT = UDP_SEGMENT;
static const int FT_UDP_GRO = UDP_GRO;
static const int FT_SOL_UDP = 17;
/// Room of a control message with one 16-bit segment size, and of one with an int.
static const size_t FT_CMSG_SPACE_U16 = CMSG_SPACE(sizeof(uint16_t));
static const size_t FT_CMSG_SPACE_INT = CMSG_SPACE(sizeof(int));

/// Writes the UDP_SEGMENT control message at `buffer` (FT_CMSG_SPACE_U16 bytes).
static inline void ft_cmsg_put_segment(void *_Nonnull buffer, uint16_t size) {
  struct cmsghdr *cmsg = (struct cmsghdr *)buffer;
  cmsg->cmsg_level = 17;
  cmsg->cmsg_type = UDP_SEGMENT;
  cmsg->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  memcpy(CMSG_DATA(cmsg), &size, sizeof(size));
}
/// The segment size in a received control buffer, or 0 where the kernel gave none.
static inline int ft_cmsg_get_segment(const void *_Nonnull control, size_t length) {
  struct msghdr header = {0};
  header.msg_control = (void *)control;
  header.msg_controllen = length;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == 17 && c->cmsg_type == UDP_GRO && c->cmsg_len >= CMSG_LEN(sizeof(int))) {
      int size;
      memcpy(&size, CMSG_DATA(c), sizeof(size));
      return size;
    }
  }
  return 0;
}

// MARK: io_uring (linux/io_uring.h)

static const uint32_t FT_IOSQE_FIXED_FILE = 1u << IOSQE_FIXED_FILE_BIT;
static const int FT_RWF_NOWAIT = RWF_NOWAIT;
static const uint32_t FT_SETUP_TASKRUN_FLAG = IORING_SETUP_TASKRUN_FLAG;
static const uint32_t FT_SETUP_SINGLE_ISSUER = 1u << 12;
static const uint32_t FT_SETUP_DEFER_TASKRUN = 1u << 13;

/// Whether completions are to be had by entering the kernel.
static inline bool ft_ring_wants_enter(const struct io_uring *_Nonnull ring) {
  return __atomic_load_n(ring->sq.kflags, __ATOMIC_RELAXED) & (IORING_SQ_CQ_OVERFLOW | IORING_SQ_TASKRUN);
}
/// The completion at ring position `at`; positions wrap.
static inline struct io_uring_cqe *_Nonnull ft_cqe_at(
    const struct io_uring *_Nonnull ring, uint32_t at) {
  return &ring->cq.cqes[at & *ring->cq.kring_mask];
}
static inline uint32_t ft_cq_head(const struct io_uring *_Nonnull ring) { return *ring->cq.khead; }
static inline uint32_t ft_cq_tail(const struct io_uring *_Nonnull ring) {
  return __atomic_load_n(ring->cq.ktail, __ATOMIC_ACQUIRE);
}

// MARK: Counters, threads, memory

static inline uint64_t ft_load_relaxed(const uint64_t *_Nonnull p) {
  return __atomic_load_n(p, __ATOMIC_RELAXED);
}
/// One writer, many readers: a plain add whose halves readers never see torn.
static inline void ft_add_relaxed(uint64_t *_Nonnull p, uint64_t n) {
  __atomic_store_n(p, __atomic_load_n(p, __ATOMIC_RELAXED) + n, __ATOMIC_RELAXED);
}
static inline void ft_store_relaxed(uint64_t *_Nonnull p, uint64_t value) {
  __atomic_store_n(p, value, __ATOMIC_RELAXED);
}
/// Pins the calling thread to one CPU; 0 or an errno.
static inline int ft_pin_to_cpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}
/// 1 where the calling process may run on `cpu`.
static inline int ft_cpu_allowed(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_ISSET(cpu, &set);
}

// MARK: CPU

#include <stdbool.h>
#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

/// Whether the CPU has instructions for AES and for the carry-less multiplication of GCM.
static inline bool ft_has_aes(void) {
#if defined(__x86_64__)
  unsigned int eax, ebx, ecx = 0, edx;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_AES) && (ecx & bit_PCLMUL);
#elif defined(__aarch64__)
  // HWCAP_AES and HWCAP_PMULL (arch/arm64/include/uapi/asm/hwcap.h).
  return (getauxval(AT_HWCAP) & (3ul << 3)) == 3ul << 3;
#else
  return false;
#endif
}

// MARK: Device set-up

/// TUNSETIFF and TUNSETQUEUE for the interface `name` (may be empty for TUNSETQUEUE).
static inline int ft_tun_ioctl(
    int fd, unsigned long request, const char *_Nonnull name, int flags) {
  struct ifreq ifr = {0};
  strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
  ifr.ifr_flags = (short)flags;
  return ioctl(fd, request, &ifr);
}

// MARK: Sockets

#include <linux/filter.h>
#include <linux/sock_diag.h>

static inline int ft_setsockopt_int(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof(value));
}
/// The option's value, or -1 and errno.
static inline int ft_getsockopt_int(int fd, int level, int name) {
  int value = 0;
  socklen_t length = sizeof(value);
  return getsockopt(fd, level, name, &value, &length) < 0 ? -1 : value;
}
/// Fills `storage` from an address in network order (4 bytes for AF_INET, 16 for AF_INET6); its length.
static inline socklen_t ft_sockaddr_put(
    struct sockaddr_storage *_Nonnull storage, int family, const void *_Nonnull address,
    uint16_t port, uint32_t scope) {
  memset(storage, 0, sizeof(*storage));
  if (family == AF_INET) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    memcpy(&v4->sin_addr, address, 4);
    return sizeof(*v4);
  }
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  v6->sin6_scope_id = scope;
  memcpy(&v6->sin6_addr, address, 16);
  return sizeof(*v6);
}
/// The reverse: address bytes into `address` (16 bytes of room); the family.
static inline int ft_sockaddr_get(
    const struct sockaddr *_Nonnull storage, void *_Nonnull address, uint16_t *_Nonnull port,
    uint32_t *_Nonnull scope) {
  *scope = 0;
  if (storage->sa_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)storage;
    *port = ntohs(v4->sin_port);
    memcpy(address, &v4->sin_addr, 4);
  } else if (storage->sa_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)storage;
    *port = ntohs(v6->sin6_port);
    *scope = v6->sin6_scope_id;
    memcpy(address, &v6->sin6_addr, 16);
  }
  return storage->sa_family;
}
static inline int ft_bind(
    int fd, const struct sockaddr_storage *_Nonnull address, socklen_t length) {
  return bind(fd, (const struct sockaddr *)address, length);
}
static inline int ft_connect(
    int fd, const struct sockaddr_storage *_Nonnull address, socklen_t length) {
  return connect(fd, (const struct sockaddr *)address, length);
}
/// Dissolves the socket's connection (connect(2), AF_UNSPEC): the next one chooses the source address anew.
static inline int ft_disconnect(int fd) {
  struct sockaddr address = {.sa_family = AF_UNSPEC};
  return connect(fd, &address, sizeof(address));
}
/// Has the kernel drop whatever comes to the socket, by a filter that takes no byte of anything (socket(7)).
static inline int ft_deafen(int fd) {
  struct sock_filter none = BPF_STMT(BPF_RET | BPF_K, 0);
  struct sock_fprog program = {.len = 1, .filter = &none};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}
/// Undoes ft_deafen.
static inline int ft_hear(int fd) { return ft_setsockopt_int(fd, SOL_SOCKET, SO_DETACH_FILTER, 0); }
/// Takes one datagram off the socket, as much of it as there is room for; its whole length, or -1 and errno.
static inline ssize_t ft_receive_from(
    int fd, void *_Nullable room, size_t count, struct sockaddr_storage *_Nonnull source) {
  char none;
  socklen_t length = sizeof(*source);
  memset(source, 0, sizeof(*source));
  return recvfrom(
      fd, room ? room : &none, room ? count : 0, MSG_DONTWAIT | MSG_TRUNC,
      (struct sockaddr *)source, &length);
}
static inline ssize_t ft_send_to(
    int fd, const void *_Nullable bytes, size_t count,
    const struct sockaddr_storage *_Nonnull address, socklen_t length) {
  return sendto(fd, bytes, count, MSG_DONTWAIT, (const struct sockaddr *)address, length);
}
/// Datagrams that the socket had no room for so far, modulo 2^32; 0 where the kernel does not say.
static inline uint32_t ft_socket_drops(int fd) {
  uint32_t values[SK_MEMINFO_DROPS + 1] = {0};
  socklen_t length = sizeof(values);
  return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, &length) < 0 ? 0 : values[SK_MEMINFO_DROPS];
}
static inline int ft_getsockname(int fd, struct sockaddr_storage *_Nonnull address) {
  socklen_t length = sizeof(*address);
  memset(address, 0, sizeof(*address));
  return getsockname(fd, (struct sockaddr *)address, &length);
}
/// The address that a socket is connected to; 0, or -1 and errno.
static inline int ft_getpeername(int fd, struct sockaddr_storage *_Nonnull address) {
  socklen_t length = sizeof(*address);
  memset(address, 0, sizeof(*address));
  return getpeername(fd, (struct sockaddr *)address, &length);
}

// MARK: Privileges (of the calling thread: raw calls, where glibc's would reach for every thread)

#include <linux/capability.h>
#include <sys/syscall.h>

/// Empties the effective, permitted and inheritable sets (capset(2)); 0, or -1 and errno.
static inline int ft_capabilities_clear(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0}, {0}};
  return (int)syscall(SYS_capset, &header, data);
}
/// 1 where one of these sets holds something, 0 where all are empty, -1 and errno.
static inline int ft_capabilities_left(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0}, {0}};
  if (syscall(SYS_capget, &header, data) < 0) return -1;
  uint32_t all = 0;
  for (int i = 0; i < 2; i++) all |= data[i].effective | data[i].permitted | data[i].inheritable;
  return all != 0;
}
/// Empties the bounding set, where CAP_SETPCAP allows it, and the ambient set.
static inline void ft_capabilities_unreachable(void) {
  // The kernel knows fewer than 64, and says EINVAL for the rest.
  for (unsigned long capability = 0; capability < 64; capability++) {
    prctl(PR_CAPBSET_DROP, capability, 0UL, 0UL, 0UL);
  }
  prctl(PR_CAP_AMBIENT, (unsigned long)PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL);
}
/// No program that is started from here on gains privileges; 0, or -1 and errno.
static inline int ft_no_new_privileges(void) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
}
static inline int ft_has_no_new_privileges(void) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1;
}
/// With 0 the process leaves no core dump, and others of its user cannot look into its memory.
static inline int ft_set_dumpable(int value) {
  return prctl(PR_SET_DUMPABLE, (unsigned long)value, 0UL, 0UL, 0UL);
}
static inline int ft_is_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0; }
/// Gives up every supplementary group and becomes another user; 0, or -1 and errno.
static inline int ft_become(uid_t user, gid_t group) {
  if (syscall(SYS_setgroups, 0UL, NULL) < 0) return -1;
  if (syscall(SYS_setresgid, group, group, group) < 0) return -1;
  return (int)syscall(SYS_setresuid, user, user, user);
}
/// 1 where the real, effective and saved ids are these, and there are no supplementary groups.
static inline int ft_is(uid_t user, gid_t group) {
  uid_t users[3];
  gid_t groups[3];
  if (getresuid(&users[0], &users[1], &users[2]) < 0) return 0;
  if (getresgid(&groups[0], &groups[1], &groups[2]) < 0) return 0;
  for (int i = 0; i < 3; i++) {
    if (users[i] != user || groups[i] != group) return 0;
  }
  return getgroups(0, NULL) == 0;
}

// MARK: Test bed (namespaces, child processes, batches of datagrams)

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <netinet/tcp.h>

/// Moves the calling thread, and sockets it opens from now on, into the network namespace at `fd`.
static inline int ft_enter_network_namespace(int fd) { return setns(fd, CLONE_NEWNET); }
/// Refuses io_uring to the calling thread and to what it starts from now on, by EPERM, as containers do
/// (seccomp(2)). As root; 0, or -1 and errno.
static inline int ft_refuse_io_uring(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
/// A descriptor that is readable once the process has ended, or -1.
static inline int ft_pidfd_open(pid_t pid) { return pidfd_open(pid, 0); }
/// A nameless file in memory, closed on exec, or -1.
static inline int ft_memory_file(const char *_Nonnull name) { return memfd_create(name, MFD_CLOEXEC); }
/// Lets the calling thread wake within a microsecond of its timers, not the default 50.
static inline int ft_exact_timers(void) { return prctl(PR_SET_TIMERSLACK, 1UL); }
/// A socket that gets a copy of every frame on a device of this namespace, in both directions; -1.
static inline int ft_packet_socket(const char *_Nonnull device) {
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  address.sll_ifindex = (int)if_nametoindex(device);
  if (address.sll_ifindex == 0) return -1;
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}
/// Raises a pipe's room; 0 or -1.
static inline int ft_pipe_room(int fd, int bytes) { return fcntl(fd, F_SETPIPE_SZ, bytes) < 0 ? -1 : 0; }
