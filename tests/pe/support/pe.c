#include "pe.h"

NTSTATUS failed;

void print(const char *format, ...) {
        char text[2048];
        va_list arguments;
        int n;

        va_start(arguments, format);
        n = _vsnprintf(text, sizeof(text), format, arguments);
        va_end(arguments);
        world_write(text, n < 0 ? sizeof(text) : (SIZE_T) n);
}

void print_status(const char *what, NTSTATUS status) {
        print("%s: %08X\n", what, (unsigned) status);
}
