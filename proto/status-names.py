#!/usr/bin/env python3
"""Writes the names of all status codes, in order of value, from ntstatus.h.

status-names.py NTSTATUS.H OUTPUT

The names are one block of text and the table holds offsets into it, so that a library that carries
them needs no relocation for each.
"""

import re
import sys

DEFINITION = re.compile(r'#define\s+(STATUS_\w+)\s+\(\(NTSTATUS\)\s*(0x[0-9A-Fa-f]{8})\)')


def read_names(path):
    """The first name of each value: the header puts the one to print first."""
    names = {}
    with open(path, encoding='ascii') as header:
        for line in header:
            definition = DEFINITION.match(line)
            if definition:
                names.setdefault(int(definition[2], 16), definition[1])
            elif line.startswith('#define'):
                sys.exit(f'{path}: not understood: {line}')
    return names


def write_tables(names, path):
    offset = 0
    with open(path, 'w', encoding='ascii') as output:
        output.write('static const StatusName status_names[] = {\n')
        for value, name in sorted(names.items()):
            output.write(f'        {{ 0x{value:08X}u, {offset} }},\n')
            offset += len(name) + 1
        output.write('};\n\nstatic const char status_text[] =\n')
        for _, name in sorted(names.items()):
            output.write(f'        "{name}\\0"\n')
        output.write(';\n')


write_tables(read_names(sys.argv[1]), sys.argv[2])
