// liburing as Debian ships it; newer kernel constants are in CFastun.
#pragma once
#include <liburing.h>
