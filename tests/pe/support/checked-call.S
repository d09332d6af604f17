/*
 * checked_call(): calls a function of the Microsoft x64 convention and sees that it kept to it
 *
 *     uint64_t checked_call(void *function, const uint64_t *arguments, unsigned *ret_broken)
 *
 * @arguments are sixteen; a function takes as many of them as it has. The home space of the first four
 * is filled with rubbish, as is what is not an argument: a 32-bit argument on the stack may have
 * anything in its upper half. *@ret_broken gets a bit for each register that the callee must keep and
 * did not: 0 rbx, 1 rbp, 2 rsi, 3 rdi, 4 r12, 5 r13, 6 r14, 7 r15, 8 to 17 xmm6 to xmm15, 18 rsp,
 * 19 the direction flag. @checked_call itself keeps to the convention.
 */

        .text
        .globl checked_call
checked_call:
        pushq   %rbp
        pushq   %rbx
        pushq   %rsi
        pushq   %rdi
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $168, %rsp              /* ten vector registers; 8 + 64 + 168 is a multiple of 16 */
        movups  %xmm6, 0(%rsp)
        movups  %xmm7, 16(%rsp)
        movups  %xmm8, 32(%rsp)
        movups  %xmm9, 48(%rsp)
        movups  %xmm10, 64(%rsp)
        movups  %xmm11, 80(%rsp)
        movups  %xmm12, 96(%rsp)
        movups  %xmm13, 112(%rsp)
        movups  %xmm14, 128(%rsp)
        movups  %xmm15, 144(%rsp)
        movq    %r8, 160(%rsp)          /* ret_broken */
        subq    $144, %rsp              /* home space, twelve arguments, and a word to find rsp by */
        leaq    checked_stack(%rip), %rax
        movq    %rsp, (%rax)

        movq    %rcx, %r10
        movq    %rdx, %r11
        movabsq $0xDDDDDDDDDDDDDDDD, %rax
        movq    %rax, 0(%rsp)
        movq    %rax, 8(%rsp)
        movq    %rax, 16(%rsp)
        movq    %rax, 24(%rsp)
        .set    argument, 4
        .rept   12
        movq    8*argument(%r11), %rax
        movq    %rax, 8*argument(%rsp)
        .set    argument, argument+1
        .endr
        movq    0(%r11), %rcx
        movq    8(%r11), %rdx
        movq    16(%r11), %r8
        movq    24(%r11), %r9

        movabsq $0x1B1B1B1B1B1B1B1B, %rbx
        movabsq $0x2B2B2B2B2B2B2B2B, %rbp
        movabsq $0x3B3B3B3B3B3B3B3B, %rsi
        movabsq $0x4B4B4B4B4B4B4B4B, %rdi
        movabsq $0x5B5B5B5B5B5B5B5B, %r12
        movabsq $0x6B6B6B6B6B6B6B6B, %r13
        movabsq $0x7B7B7B7B7B7B7B7B, %r14
        movabsq $0x8B8B8B8B8B8B8B8B, %r15
        movq    %rbx, %xmm6
        movq    %rbp, %xmm7
        movq    %rsi, %xmm8
        movq    %rdi, %xmm9
        movq    %r12, %xmm10
        movq    %r13, %xmm11
        movq    %r14, %xmm12
        movq    %r15, %xmm13
        movq    %rbx, %xmm14
        movq    %rbp, %xmm15
        punpcklqdq %xmm6, %xmm6
        punpcklqdq %xmm7, %xmm7
        punpcklqdq %xmm8, %xmm8
        punpcklqdq %xmm9, %xmm9
        punpcklqdq %xmm10, %xmm10
        punpcklqdq %xmm11, %xmm11
        punpcklqdq %xmm12, %xmm12
        punpcklqdq %xmm13, %xmm13
        punpcklqdq %xmm14, %xmm14
        punpcklqdq %xmm15, %xmm15
        movabsq $0xDDDDDDDDDDDDDDDD, %rax
        call    *%r10

        xorl    %r8d, %r8d
        leaq    checked_stack(%rip), %r9
        cmpq    (%r9), %rsp
        je      1f
        orl     $(1 << 18), %r8d
        movq    (%r9), %rsp
1:      pushfq
        popq    %r9
        btl     $10, %r9d
        jnc     2f
        orl     $(1 << 19), %r8d
        cld
2:
        .macro  check register pattern bit
        movabsq $\pattern, %r9
        cmpq    %r9, %\register
        je      3f
        orl     $(1 << \bit), %r8d
3:
        .endm
        .macro  check_vector register pattern bit
        movabsq $\pattern, %r9
        movq    %\register, %rdx
        cmpq    %r9, %rdx
        jne     3f
        punpckhqdq %\register, %\register
        movq    %\register, %rdx
        cmpq    %r9, %rdx
        je      4f
3:      orl     $(1 << \bit), %r8d
4:
        .endm
        check   rbx 0x1B1B1B1B1B1B1B1B 0
        check   rbp 0x2B2B2B2B2B2B2B2B 1
        check   rsi 0x3B3B3B3B3B3B3B3B 2
        check   rdi 0x4B4B4B4B4B4B4B4B 3
        check   r12 0x5B5B5B5B5B5B5B5B 4
        check   r13 0x6B6B6B6B6B6B6B6B 5
        check   r14 0x7B7B7B7B7B7B7B7B 6
        check   r15 0x8B8B8B8B8B8B8B8B 7
        check_vector xmm6 0x1B1B1B1B1B1B1B1B 8
        check_vector xmm7 0x2B2B2B2B2B2B2B2B 9
        check_vector xmm8 0x3B3B3B3B3B3B3B3B 10
        check_vector xmm9 0x4B4B4B4B4B4B4B4B 11
        check_vector xmm10 0x5B5B5B5B5B5B5B5B 12
        check_vector xmm11 0x6B6B6B6B6B6B6B6B 13
        check_vector xmm12 0x7B7B7B7B7B7B7B7B 14
        check_vector xmm13 0x8B8B8B8B8B8B8B8B 15
        check_vector xmm14 0x1B1B1B1B1B1B1B1B 16
        check_vector xmm15 0x2B2B2B2B2B2B2B2B 17

        addq    $144, %rsp
        movq    160(%rsp), %r9
        movl    %r8d, (%r9)
        movups  0(%rsp), %xmm6
        movups  16(%rsp), %xmm7
        movups  32(%rsp), %xmm8
        movups  48(%rsp), %xmm9
        movups  64(%rsp), %xmm10
        movups  80(%rsp), %xmm11
        movups  96(%rsp), %xmm12
        movups  112(%rsp), %xmm13
        movups  128(%rsp), %xmm14
        movups  144(%rsp), %xmm15
        addq    $168, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rdi
        popq    %rsi
        popq    %rbx
        popq    %rbp
        ret

        .bss
        .balign 8
checked_stack:
        .skip   8
#ifdef __ELF__
        .section .note.GNU-stack, "", @progbits
#endif
