/* The same as C++. */
#include "test_wdk_words.c"

#include <memory>
#include <string>
#include <vector>
