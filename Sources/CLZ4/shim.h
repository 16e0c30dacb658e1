// LZ4's block format: one independent block per datagram.
#pragma once
#include <lz4.h>
