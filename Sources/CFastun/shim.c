// Layouts that Swift code relies on, pinned at compile time.
#include "CFastun.h"

_Static_assert(sizeof(struct virtio_net_hdr) == 10, "the device's header is the legacy 10 bytes");
_Static_assert(sizeof(struct cmsghdr) == 16, "cmsg data starts 16 bytes in");
