/* The same as C++. */
#include "test_headers.c"

#include <memory>
#include <string>
#include <vector>
