/* How fast this CPU runs at the moment.
 *
 * A loop of one instruction and a taken branch turns once a cycle where the core belongs to one hardware thread,
 * and every second cycle where another one fetches instructions too: found on AMD Zen 3, whose cores hand
 * fetching to their threads in turn. A cloud's neighbour on the same core shows nowhere else in a guest. */
#pragma once

#include <stdint.h>

/* Nanoseconds for 4,000 turns of the loop. */
int64_t look_nanoseconds(void);
