#include "probe.h"

/*
 * The instructions that may fault, with names for each, and two places where all of them go on,
 * which return the status for the fault. None of the functions has a frame, so nothing has to be
 * undone. None begins with an instruction that may fault: valgrind takes a called function into the
 * block that it translates, and would say that the fault was at the call.
 */
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".hidden probe_move, probe_move_8, probe_move_4, probe_touch\n"
        ".globl probe_move, probe_move_8, probe_move_4, probe_touch\n"
        ".type probe_move, @function\n"
        ".type probe_move_8, @function\n"
        ".type probe_move_4, @function\n"
        ".type probe_touch, @function\n"
        "probe_move:\n"
        "        movq %rdx, %rcx\n"
        "        xorl %eax, %eax\n"
        "probe_fault_0:\n"
        "        rep movsb\n"
        "        ret\n"
        ".size probe_move, . - probe_move\n"
        "probe_move_8:\n"
        "        xorl %eax, %eax\n"
        "probe_fault_1:\n"
        "        movq (%rsi), %rax\n"
        "probe_fault_2:\n"
        "        movq %rax, (%rdi)\n"
        "        xorl %eax, %eax\n"
        "        ret\n"
        ".size probe_move_8, . - probe_move_8\n"
        "probe_move_4:\n"
        "        xorl %eax, %eax\n"
        "probe_fault_3:\n"
        "        movl (%rsi), %eax\n"
        "probe_fault_4:\n"
        "        movl %eax, (%rdi)\n"
        "        xorl %eax, %eax\n"
        "        ret\n"
        ".size probe_move_4, . - probe_move_4\n"
        "probe_touch:\n"
        "        xorl %eax, %eax\n"
        "probe_fault_5:\n"
        "        lock orb $0, (%rdi)\n"
        "        xorl %eax, %eax\n"
        "        ret\n"
        ".size probe_touch, . - probe_touch\n"
        "probe_access_violation:\n"
        "        movl $0xC0000005, %eax\n"
        "        ret\n"
        "probe_in_page_error:\n"
        "        movl $0xC0000006, %eax\n"
        "        ret\n"
        ".popsection\n");

extern const char probe_fault_0[] __attribute__((visibility("hidden")));
extern const char probe_fault_1[] __attribute__((visibility("hidden")));
extern const char probe_fault_2[] __attribute__((visibility("hidden")));
extern const char probe_fault_3[] __attribute__((visibility("hidden")));
extern const char probe_fault_4[] __attribute__((visibility("hidden")));
extern const char probe_fault_5[] __attribute__((visibility("hidden")));
extern const char probe_access_violation[] __attribute__((visibility("hidden")));
extern const char probe_in_page_error[] __attribute__((visibility("hidden")));

const void *probe_recovery(const void *address, bool in_page) {
        const char *at = address;

        if (at == probe_fault_0 || at == probe_fault_1 || at == probe_fault_2 ||
                        at == probe_fault_3 || at == probe_fault_4 || at == probe_fault_5)
                return in_page ? probe_in_page_error : probe_access_violation;
        return NULL;
}

NTSTATUS probe_read(void *to, const void *from, size_t size, size_t alignment) {
        NTSTATUS status = probe_range(from, size, alignment);

        if (!NT_SUCCESS(status))
                return status;
        return probe_move(to, from, size);
}

NTSTATUS probe_write(void *to, const void *from, size_t size) {
        NTSTATUS status = probe_range(to, size, 1);

        if (!NT_SUCCESS(status))
                return status;
        return probe_move(to, from, size);
}

NTSTATUS probe_writable(void *memory, size_t size, size_t alignment) {
        NTSTATUS status = probe_range(memory, size, alignment);

        if (!NT_SUCCESS(status) || size == 0)
                return status;
        status = probe_touch(memory);
        return NT_SUCCESS(status) ? probe_touch((char *) memory + size - 1) : status;
}

NTSTATUS probe_read_64(uint64_t *to, const void *from) {
        NTSTATUS status = probe_range(from, sizeof(*to), 1);

        if (!NT_SUCCESS(status))
                return status;
        return probe_move_8(to, from);
}

NTSTATUS probe_read_32(uint32_t *to, const void *from) {
        NTSTATUS status = probe_range(from, sizeof(*to), 1);

        if (!NT_SUCCESS(status))
                return status;
        return probe_move_4(to, from);
}

NTSTATUS probe_write_64(void *to, uint64_t value) {
        NTSTATUS status = probe_range(to, sizeof(value), 1);

        if (!NT_SUCCESS(status))
                return status;
        return probe_move_8(to, &value);
}

NTSTATUS probe_write_32(void *to, uint32_t value) {
        NTSTATUS status = probe_range(to, sizeof(value), 1);

        if (!NT_SUCCESS(status))
                return status;
        return probe_move_4(to, &value);
}
