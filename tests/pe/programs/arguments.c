/*
 * The command line says what the shell's arguments were, quoted by Microsoft's rules.
 *
 * Run:
 * Out: 1 arguments
 * Run: a b
 * Out: 3 arguments
 * Out: <a>
 * Out: <b>
 * Run: 'two words' '' 'a"b' 'c\' 'd\"e' 'f g\' '\\server\x' 'tab	in' '"' "'" '*' '%PATH%' '^'
 * Out: 14 arguments
 * Out: <two words>
 * Out: <>
 * Out: <a"b>
 * Out: <c\>
 * Out: <d\"e>
 * Out: <f g\>
 * Out: <\\server\x>
 * Out: <tab	in>
 * Out: <">
 * Out: <'>
 * Out: <*>
 * Out: <%PATH%>
 * Out: <^>
 * Run: 'a\\\"b' '--help' 'ä€😀'
 * Out: 4 arguments
 * Out: <a\\\"b>
 * Out: <--help>
 * Out: <ä€😀>
 */

#include "../support/pe.h"

#define PARAMETERS_COMMAND_LINE 0x70

static WCHAR argument[1024];
static char narrow[4096];

/*
 * The next argument of a command line, by the rules of CommandLineToArgvW: backslashes are
 * themselves but before a quote, where two stand for one and an odd one makes the quote itself.
 */
static const WCHAR *next_argument(const WCHAR *at, const WCHAR *end, ULONG *n_units) {
        bool quoted = false;
        ULONG n = 0;

        while (at < end && (quoted || (*at != ' ' && *at != '\t'))) {
                ULONG backslashes = 0;

                for (; at < end && *at == '\\'; at++)
                        backslashes++;
                if (at < end && *at == '"') {
                        for (ULONG i = 0; i < backslashes / 2; i++)
                                argument[n++] = '\\';
                        if (backslashes % 2)
                                argument[n++] = '"';
                        else
                                quoted = !quoted;
                        at++;
                        continue;
                }
                while (backslashes-- > 0)
                        argument[n++] = '\\';
                if (at < end && (quoted || (*at != ' ' && *at != '\t')))
                        argument[n++] = *at++;
        }
        while (at < end && (*at == ' ' || *at == '\t'))
                at++;
        *n_units = n;
        return at;
}

/* One pass over the command line; writes all but the program's own name if @show. */
static ULONG each_argument(bool show) {
        const UNICODE_STRING *line =
                        &at_offset(UNICODE_STRING, process_parameters(), PARAMETERS_COMMAND_LINE);
        const WCHAR *at = line->Buffer, *end = at + line->Length / 2;
        ULONG n = 0, n_units, n_bytes;

        while (at < end) {
                at = next_argument(at, end, &n_units);
                if (n++ > 0 && show) {
                        check_status(RtlUnicodeToUTF8N(narrow, sizeof(narrow), &n_bytes, argument,
                                                     n_units * 2),
                                        STATUS_SUCCESS);
                        print("<%.*s>\n", (int) n_bytes, narrow);
                }
        }
        return n;
}

NTSTATUS world_main(void) {
        print("%u arguments\n", (unsigned) each_argument(false));
        each_argument(true);
        return failed;
}
