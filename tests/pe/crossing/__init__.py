"""What is asked of every service: its arguments crossed with each other, by noun."""

from . import files, memory, objects, script, sections, security, system

NOUNS = {"files": files, "memory": memory, "objects": objects, "sections": sections, "security": security, "system": system}


def scripts(seed, share=1.0):
    """Each noun's script, with a seed of its own."""
    for name, noun in sorted(NOUNS.items()):
        made = script.Script(name, f"{seed} {name}", share)
        noun.add(made)
        yield name, made
