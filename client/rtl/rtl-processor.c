#include <cpuid.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/auxv.h>

#include "ntexapi.h"

/*
 * What the processor can do
 *
 * PF_ numbers of <winnt.h>. What every x64 processor has is answered without asking it.
 */

#define HWCAP2_FSGSBASE 0x2ul

typedef enum Register { EAX, EBX, ECX, EDX } Register;

/* A bit of what CPUID says. */
typedef struct Feature {
        ULONG number;
        uint32_t leaf;
        Register which;
        uint32_t bit;
} Feature;

static const Feature features[] = {
        { 7, 0x80000001u, EDX, 31 },  /* 3DNOW */
        { 13, 1, ECX, 0 },            /* SSE3 */
        { 14, 1, ECX, 13 },           /* COMPARE_EXCHANGE128 */
        { 17, 1, ECX, 27 },           /* XSAVE */
        { 28, 1, ECX, 30 },           /* RDRAND */
        { 32, 0x80000001u, EDX, 27 }, /* RDTSCP */
        { 33, 7, ECX, 22 },           /* RDPID */
        { 35, 0x80000001u, ECX, 29 }, /* MONITORX */
        { 36, 1, ECX, 9 },            /* SSSE3 */
        { 37, 1, ECX, 19 },           /* SSE4_1 */
        { 38, 1, ECX, 20 },           /* SSE4_2 */
        { 42, 7, EBX, 9 },            /* ERMS */
};

/* COMPARE_EXCHANGE_DOUBLE, MMX, XMMI, RDTSC, PAE, XMMI64, SSE_DAZ_MODE, NX, FASTFAIL */
static const ULONG always[] = { 2, 3, 6, 8, 9, 10, 11, 12, 23 };

#define AVX           39u
#define AVX2          40u
#define AVX512F       41u
#define RDWRFSGSBASE  22u
#define STATE_AVX     0x6u
#define STATE_AVX_512 0xE6u

static bool has(uint32_t leaf, Register which, uint32_t bit) {
        uint32_t registers[4];

        if (!__get_cpuid_count(leaf, 0, &registers[EAX], &registers[EBX], &registers[ECX],
                            &registers[EDX]))
                return false;
        return registers[which] >> bit & 1;
}

/* Which extended states the kernel saves. */
static uint64_t enabled_states(void) {
        uint32_t low, high;

        if (!has(1, ECX, 27)) /* OSXSAVE */
                return 0;
        __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        return (uint64_t) high << 32 | low;
}

static bool states_are_enabled(uint64_t states) {
        return (enabled_states() & states) == states;
}

static bool is_present(ULONG number) {
        for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
                if (always[i] == number)
                        return true;
        }
        for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
                if (features[i].number == number)
                        return has(features[i].leaf, features[i].which, features[i].bit);
        }
        switch (number) {
        case RDWRFSGSBASE:
                return getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
        case AVX:
                return states_are_enabled(STATE_AVX) && has(1, ECX, 28);
        case AVX2:
                return states_are_enabled(STATE_AVX) && has(7, EBX, 5);
        case AVX512F:
                return states_are_enabled(STATE_AVX_512) && has(7, EBX, 16);
        default:
                return false;
        }
}

BOOLEAN NTAPI RtlIsProcessorFeaturePresent(ULONG ProcessorFeature) {
        return is_present(ProcessorFeature);
}

ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask) {
        return enabled_states() & FeatureMask;
}
