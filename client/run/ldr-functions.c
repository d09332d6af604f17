#include "builtin.h"
const Builtin ldr_functions[] = { {"LdrX", "a"} };
const size_t ldr_n_functions = 1;
