"""Runs a script of caller in a world, and puts what two worlds say of it side by side."""

import dataclasses
import re

from crossing.script import FOLDER


@dataclasses.dataclass
class Difference:
    """The first call of a scene that two worlds answer differently."""

    noun: str
    scene: str
    before: list  # the scene's calls up to it
    call: str
    answers: dict  # world -> line

    def text(self):
        return "\n".join(
            [f"{self.noun}: {self.scene}", *(f"    {line}" for line in self.before), f"  > {self.call}"]
            + [f"    {world:6} {answer}" for world, answer in self.answers.items()]
        )


def scenes(text):
    """[(label, [call, ...]), ...] of a script."""
    found = []
    for line in text.splitlines():
        if line.startswith("S "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line[2:])
    return found


def _run_from(world, program, parts, folder):
    text = "".join(f"S {label}\n" + "".join(f"C {call}\n" for call in calls) for label, calls in parts)
    nt_folder = "\\??\\Z:" + str(folder).replace("/", "\\")
    done = world.run(program, stdin=text.replace(FOLDER, nt_folder).encode())
    found = {}
    lines = None
    for line in done.out.decode("utf-8", "replace").replace("\r", "").splitlines():
        line = line.replace(folder.name, "FOLDER")
        if line.startswith("S "):
            lines = found.setdefault(line[2:], [])
        elif lines is not None:
            lines.append(line)
    return found, done


def answers(world, program, text, folder):
    """What @world says of each scene: label -> [line, ...]. A call that ends the program says so."""
    parts = scenes(text)
    found = {}
    while parts:
        part, done = _run_from(world, program, parts, folder)
        found.update(part)
        if done.code == 0:
            break
        at = max((i for i, (label, _) in enumerate(parts) if label in part), default=-1)
        if at < 0 or done.code == 2:
            raise RuntimeError(f"{world.name}: caller ended with {done.code}: {done.out[-200:]} {done.err.decode('utf-8', 'replace')}")
        label, calls = parts[at]
        if len(part[label]) < len(calls):
            found[label] = part[label] + [f"ENDED {'in time' if done.timed_out else done.code}"]
        parts = parts[at + 1 :]
    return found


def same_names(line):
    """A line without what is the harness's choice: Nt or Zw."""
    return re.sub(r"^Zw", "Nt", line)


def succeeded(line):
    """Whether a call's line says success or something like it; a call that was not made did not succeed."""
    words = line.split()
    return len(words) > 1 and re.fullmatch("[0-9A-F]{1,8}", words[1]) is not None and int(words[1], 16) < 0xC0000000


def differences(noun, text, first, second):
    """
    @first and @second are (world's name, its answers). After a call that succeeded in one world only the rest of
    the scene is not comparable; other differences leave it so.
    """
    for label, calls in scenes(text):
        lines = [world[1].get(label, []) for world in (first, second)]
        for i, call in enumerate(calls):
            said = [each[i] if i < len(each) else "nothing" for each in lines]
            if said[0] == said[1]:
                continue
            yield Difference(noun, label, calls[:i], call, {first[0]: said[0], second[0]: said[1]})
            if succeeded(said[0]) != succeeded(said[1]) or "nothing" in said:
                break
