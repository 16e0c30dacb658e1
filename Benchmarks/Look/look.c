// All of it is inline, in the header; a target needs a source.
#include "CLook.h"
