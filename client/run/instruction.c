#include "instruction.h"

#include <string.h>

#include "report-memory.h"

#define LENGTH_MAX 15u

#define REX_B 1u
#define REX_X 2u
#define REX_W 8u

/* The bytes of an instruction, and what its prefixes say. Bytes that cannot be read are 0. */
typedef struct Code {
        unsigned char bytes[LENGTH_MAX + 9];
        size_t at;
        size_t length; /* how many could be read */
        unsigned rex;
        bool has_operand_size, has_address_size, is_fs, is_gs;
} Code;

static void read_prefixes(Code *code) {
        for (; code->at < LENGTH_MAX; code->at++) {
                switch (code->bytes[code->at]) {
                case 0x66:
                        code->has_operand_size = true;
                        break;
                case 0x67:
                        code->has_address_size = true;
                        break;
                case 0x64:
                        code->is_fs = true;
                        break;
                case 0x65:
                        code->is_gs = true;
                        break;
                case 0x26:
                case 0x2E:
                case 0x36:
                case 0x3E:
                case 0xF0:
                case 0xF2:
                case 0xF3:
                        break;
                default:
                        if ((code->bytes[code->at] & 0xF0) == 0x40)
                                code->rex = code->bytes[code->at++];
                        return;
                }
        }
}

static Code read_code(const Context *context) {
        Code code = { 0 };

        code.length = report_read(context->rip, code.bytes, LENGTH_MAX);
        /* Not across a page that is not there: what can be read of it up to that page. */
        if (code.length == 0)
                code.length = report_read(context->rip, code.bytes,
                                0x1000 - (context->rip & 0xFFF) < LENGTH_MAX
                                                ? 0x1000 - (context->rip & 0xFFF)
                                                : 1);
        read_prefixes(&code);
        return code;
}

static bool is_privileged_one_byte(unsigned opcode) {
        return opcode == 0xF4 || opcode == 0xFA || opcode == 0xFB || /* hlt, cli, sti */
               (opcode >= 0xE4 && opcode <= 0xE7) || (opcode >= 0xEC && opcode <= 0xEF) ||
               (opcode >= 0x6C && opcode <= 0x6F); /* in, out, ins, outs */
}

/* Behind 0F. @modrm is the byte that follows. */
static bool is_privileged_two_byte(unsigned opcode, unsigned modrm) {
        unsigned extension = modrm >> 3 & 7;

        switch (opcode) {
        case 0x00: /* lldt, ltr */
                return extension == 2 || extension == 3;
        case 0x01: /* lgdt, lidt, lmsw, invlpg, and xsetbv, monitor, swapgs among the registers */
                return extension == 2 || extension == 3 || extension == 6 || extension == 7 ||
                       modrm == 0xC8 || modrm == 0xC9;
        case 0x06: /* clts */
        case 0x07: /* sysret */
        case 0x08: /* invd */
        case 0x09: /* wbinvd */
        case 0x20: /* control and debug registers */
        case 0x21:
        case 0x22:
        case 0x23:
        case 0x30: /* wrmsr */
        case 0x32: /* rdmsr */
        case 0x33: /* rdpmc */
        case 0x35: /* sysexit */
                return true;
        default:
                return false;
        }
}

Instruction instruction_at(const Context *context) {
        Code code = read_code(context);
        const unsigned char *at = code.bytes + code.at;
        Instruction instruction = { INSTRUCTION_OTHER, 0, 0 };

        if (code.length <= code.at)
                return instruction;
        if (at[0] == 0xCD) {
                instruction.kind = INSTRUCTION_INTERRUPT;
                instruction.vector = at[1];
                instruction.length = (unsigned) code.at + 2;
        } else if (at[0] == 0x0F ? is_privileged_two_byte(at[1], at[2])
                                 : is_privileged_one_byte(at[0])) {
                instruction.kind = INSTRUCTION_PRIVILEGED;
        }
        return instruction;
}

static int32_t displacement_at(const unsigned char *at, size_t size) {
        int32_t wide;

        if (size == 1)
                return (int8_t) *at;
        memcpy(&wide, at, sizeof(wide));
        return size == 4 ? wide : 0;
}

/* The part of an address that a SIB byte says. */
static uint64_t scaled_address(
                const Code *code, const Context *context, unsigned sib, bool has_base) {
        unsigned index = (sib >> 3 & 7) | (code->rex & REX_X ? 8u : 0);
        unsigned base = (sib & 7) | (code->rex & REX_B ? 8u : 0);
        uint64_t address = has_base ? context->integer[base] : 0;

        return index == CONTEXT_RSP ? address : address + (context->integer[index] << (sib >> 6));
}

/* The address of the operand in memory of the instruction whose ModRM byte is at @code->at. */
static uint64_t operand_address(const Code *code, const Context *context, uint64_t gs_base) {
        const unsigned char *at = code->bytes + code->at;
        unsigned mode = at[0] >> 6, register_or_sib = at[0] & 7;
        size_t displacement_size = mode == 1 ? 1 : mode == 2 ? 4 : 0;
        uint64_t address;

        at++;
        if (register_or_sib == 4) {
                bool has_base = mode != 0 || (at[0] & 7) != 5;

                address = scaled_address(code, context, at[0], has_base);
                if (!has_base)
                        displacement_size = 4;
                at++;
        } else if (mode == 0 && register_or_sib == 5) { /* relative to the next instruction */
                displacement_size = 4;
                address = context->rip + (uint64_t) (at + 4 - code->bytes);
        } else {
                address = context->integer[register_or_sib | (code->rex & REX_B ? 8u : 0)];
        }
        address += (uint64_t) (int64_t) displacement_at(at, displacement_size);
        if (code->has_address_size)
                address &= UINT32_MAX;
        return code->is_gs ? address + gs_base : address;
}

bool instruction_divides_by_zero(const Context *context, uint64_t gs_base) {
        Code code = read_code(context);
        unsigned opcode = code.bytes[code.at], modrm = code.bytes[code.at + 1];
        unsigned index = (modrm & 7) | (code.rex & REX_B ? 8u : 0);
        size_t size = opcode == 0xF6 ? 1 : code.rex & REX_W ? 8 : code.has_operand_size ? 2 : 4;
        uint64_t divisor = 0;

        /* FS is Linux's own: no program of Windows divides by what it addresses. */
        if ((opcode != 0xF6 && opcode != 0xF7) || (modrm & 0x30) != 0x30 || code.is_fs)
                return true;
        code.at++;
        if (modrm >> 6 != 3)
                return report_read(operand_address(&code, context, gs_base), &divisor, size) <
                                       size ||
                       divisor == 0;
        if (size == 1 && !code.rex && index >= 4) /* ah, ch, dh, bh */
                return (context->integer[index - 4] >> 8 & 0xFF) == 0;
        divisor = context->integer[index];
        return size == 8 ? divisor == 0 : (divisor & ((UINT64_C(1) << 8 * size) - 1)) == 0;
}
