#include "context.h"

#include <string.h>

/* What Windows has in the segment registers of 64-bit code; Linux has 0 in those that mean nothing.
 */
#define SELECTOR_CODE 0x33
#define SELECTOR_DATA 0x2B
#define SELECTOR_TEB  0x53

/* In the order of ContextRegister. */
static const int linux_registers[CONTEXT_N_REGISTERS] = {
        REG_RAX,
        REG_RCX,
        REG_RDX,
        REG_RBX,
        REG_RSP,
        REG_RBP,
        REG_RSI,
        REG_RDI,
        REG_R8,
        REG_R9,
        REG_R10,
        REG_R11,
        REG_R12,
        REG_R13,
        REG_R14,
        REG_R15,
};

void context_from_signal(const ucontext_t *thread, Context *ret) {
        const greg_t *registers = thread->uc_mcontext.gregs;

        memset(ret, 0, sizeof(*ret));
        ret->flags = CONTEXT_FULL_AND_SEGMENTS;
        for (size_t i = 0; i < CONTEXT_N_REGISTERS; i++)
                ret->integer[i] = (ULONGLONG) registers[linux_registers[i]];
        ret->rip = (ULONGLONG) registers[REG_RIP];
        ret->eflags = (ULONG) registers[REG_EFL];
        ret->cs = SELECTOR_CODE;
        ret->ds = SELECTOR_DATA;
        ret->es = SELECTOR_DATA;
        ret->fs = SELECTOR_TEB;
        ret->gs = SELECTOR_DATA;
        ret->ss = SELECTOR_DATA;
        if (!thread->uc_mcontext.fpregs)
                return;
        memcpy(ret->fxsave, thread->uc_mcontext.fpregs, sizeof(ret->fxsave));
        ret->mxcsr = thread->uc_mcontext.fpregs->mxcsr;
}
