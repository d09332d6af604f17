"""What a test program's first comment says of its runs; support/pe.h describes it."""

import dataclasses
import pathlib
import re
import shlex


@dataclasses.dataclass
class Run:
    arguments: list
    stdin: list = dataclasses.field(default_factory=list)
    out: list = dataclasses.field(default_factory=list)
    err: list = dataclasses.field(default_factory=list)
    code: int = 0

    def given(self):
        return "".join(f"{line}\n" for line in self.stdin).encode()

    def complaints(self, done, check_err=True):
        """What is otherwise than expected, in sentences."""
        found = []
        if done.timed_out:
            found.append("it did not end")
        elif done.code != self.code:
            found.append(f"it ended with {done.code}, not {self.code}")
        lines = done.lines()
        if lines != self.out:
            found += [f"wrote     {line}" for line in lines] + [f"expected  {line}" for line in self.out]
        err = done.err.decode("utf-8", "replace")
        if check_err:
            found += [f"not in standard error: {text}" for text in self.err if text not in err]
        if found and err:
            found += [f"error     {line}" for line in err.splitlines()]
        return found


def read(source):
    """The runs that @source asks for, at least one."""
    text = pathlib.Path(source).read_text(encoding="utf-8")
    comment = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    runs = []
    for line in comment[1].splitlines() if comment else []:
        match = re.match(r" \* (Run|In|Out|Err|Exit):(?: (.*))?$", line)
        if not match:
            continue
        what, value = match[1], match[2] or ""
        if what == "Run":
            runs.append(Run(shlex.split(value)))
            continue
        if not runs:
            runs.append(Run([]))
        if what == "Exit":
            runs[-1].code = int(value)
        else:
            getattr(runs[-1], {"In": "stdin", "Out": "out", "Err": "err"}[what]).append(value)
    return runs or [Run([])]
