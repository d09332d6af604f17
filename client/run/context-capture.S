/*
 * Registers of whoever calls, in Microsoft's calling convention; the layout is Context's.
 */

        .set HOME, 0x20
        .set CONTEXT_SIZE, 0x4D0
        .set FRAME, HOME + CONTEXT_SIZE + 8 /* with the return address a multiple of 16 */

        .text

/* VOID context_capture(Context *): changes RAX and flags only, after both are kept. */
        .globl context_capture
        .hidden context_capture
        .type context_capture, @function
context_capture:
        pushfq
        popq 0x08(%rsp) /* our caller gave us room there */
        movq %rax, 0x78(%rcx)
        movq %rcx, 0x80(%rcx)
        movq %rdx, 0x88(%rcx)
        movq %rbx, 0x90(%rcx)
        leaq 0x08(%rsp), %rax
        movq %rax, 0x98(%rcx)
        movq %rbp, 0xA0(%rcx)
        movq %rsi, 0xA8(%rcx)
        movq %rdi, 0xB0(%rcx)
        movq %r8, 0xB8(%rcx)
        movq %r9, 0xC0(%rcx)
        movq %r10, 0xC8(%rcx)
        movq %r11, 0xD0(%rcx)
        movq %r12, 0xD8(%rcx)
        movq %r13, 0xE0(%rcx)
        movq %r14, 0xE8(%rcx)
        movq %r15, 0xF0(%rcx)
        movq (%rsp), %rax
        movq %rax, 0xF8(%rcx)
        movq 0x08(%rsp), %rax
        movl %eax, 0x44(%rcx)
        fxsave 0x100(%rcx)
        stmxcsr 0x34(%rcx)
        movw $0x33, 0x38(%rcx) /* cs, ds, es, fs, gs, ss as Windows has them */
        movw $0x2B, 0x3A(%rcx)
        movw $0x2B, 0x3C(%rcx)
        movw $0x53, 0x3E(%rcx)
        movw $0x2B, 0x40(%rcx)
        movw $0x2B, 0x42(%rcx)
        movl $0x10000F, 0x30(%rcx)
        movq 0x78(%rcx), %rax
        ret
        .size context_capture, . - context_capture

/*
 * Calls \function with the two arguments that \name got, and the context of its caller as the third.
 */
        .macro RAISE name, function
        .globl \name
        .hidden \name
        .type \name, @function
\name:
        movq %rcx, 0x08(%rsp)
        movq %rdx, 0x10(%rsp)
        subq $FRAME, %rsp
        leaq HOME(%rsp), %rcx
        call context_capture
        leaq (FRAME + 8)(%rsp), %rax
        movq %rax, (HOME + 0x98)(%rsp)
        movq FRAME(%rsp), %rax
        movq %rax, (HOME + 0xF8)(%rsp)
        movq (FRAME + 0x10)(%rsp), %rdx
        movq (FRAME + 0x08)(%rsp), %rcx
        movq %rcx, (HOME + 0x80)(%rsp)
        leaq HOME(%rsp), %r8
        call \function
        addq $FRAME, %rsp
        ret
        .size \name, . - \name
        .endm

        RAISE raise_exception_entry, raise_exception
        RAISE raise_status_entry, raise_status

        .section .note.GNU-stack, "", @progbits
