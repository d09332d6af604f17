/*
 * What ntdll has that C cannot say, in Microsoft's calling convention
 *
 * _setjmp and longjmp keep _JUMP_BUFFER of x64: Frame, Rbx, Rsp, Rbp, Rsi, Rdi, R12 to R15, Rip,
 * MxCsr, FpCsr, and from offset 60h Xmm6 to Xmm15. Frame is 0, with which longjmp restores registers
 * and unwinds nothing: no destructor or __finally block runs in between.
 */

        .text

        .globl crt__setjmp
        .hidden crt__setjmp
        .type crt__setjmp, @function
crt__setjmp:
        movq $0, 0x00(%rcx)
        movq %rbx, 0x08(%rcx)
        leaq 8(%rsp), %rax /* as it is when this has returned */
        movq %rax, 0x10(%rcx)
        movq %rbp, 0x18(%rcx)
        movq %rsi, 0x20(%rcx)
        movq %rdi, 0x28(%rcx)
        movq %r12, 0x30(%rcx)
        movq %r13, 0x38(%rcx)
        movq %r14, 0x40(%rcx)
        movq %r15, 0x48(%rcx)
        movq (%rsp), %rax
        movq %rax, 0x50(%rcx)
        stmxcsr 0x58(%rcx)
        fnstcw 0x5C(%rcx)
        movups %xmm6, 0x60(%rcx)
        movups %xmm7, 0x70(%rcx)
        movups %xmm8, 0x80(%rcx)
        movups %xmm9, 0x90(%rcx)
        movups %xmm10, 0xA0(%rcx)
        movups %xmm11, 0xB0(%rcx)
        movups %xmm12, 0xC0(%rcx)
        movups %xmm13, 0xD0(%rcx)
        movups %xmm14, 0xE0(%rcx)
        movups %xmm15, 0xF0(%rcx)
        xorl %eax, %eax
        ret
        .size crt__setjmp, . - crt__setjmp

        .globl crt_longjmp
        .hidden crt_longjmp
        .type crt_longjmp, @function
crt_longjmp:
        movl %edx, %eax
        testl %eax, %eax
        jnz 1f
        incl %eax /* the second return of _setjmp is never 0 */
1:      movq 0x08(%rcx), %rbx
        movq 0x18(%rcx), %rbp
        movq 0x20(%rcx), %rsi
        movq 0x28(%rcx), %rdi
        movq 0x30(%rcx), %r12
        movq 0x38(%rcx), %r13
        movq 0x40(%rcx), %r14
        movq 0x48(%rcx), %r15
        ldmxcsr 0x58(%rcx)
        fldcw 0x5C(%rcx)
        movups 0x60(%rcx), %xmm6
        movups 0x70(%rcx), %xmm7
        movups 0x80(%rcx), %xmm8
        movups 0x90(%rcx), %xmm9
        movups 0xA0(%rcx), %xmm10
        movups 0xB0(%rcx), %xmm11
        movups 0xC0(%rcx), %xmm12
        movups 0xD0(%rcx), %xmm13
        movups 0xE0(%rcx), %xmm14
        movups 0xF0(%rcx), %xmm15
        movq 0x10(%rcx), %rsp
        jmpq *0x50(%rcx)
        .size crt_longjmp, . - crt_longjmp

/*
 * __chkstk: a function is about to take RAX bytes of stack. Touches each page on the way down, in
 * order, so that a guard page is met before anything below it. Keeps all registers.
 */
        .globl crt___chkstk
        .hidden crt___chkstk
        .type crt___chkstk, @function
crt___chkstk:
        pushq %rax
        pushq %rcx
        leaq 24(%rsp), %rcx /* the caller's stack pointer */
2:      cmpq $4096, %rax
        jb 3f
        subq $4096, %rcx
        testb %al, (%rcx)
        subq $4096, %rax
        jmp 2b
3:      subq %rax, %rcx
        testb %al, (%rcx)
        popq %rcx
        popq %rax
        ret
        .size crt___chkstk, . - crt___chkstk

        .section .note.GNU-stack, "", @progbits
