"""A plan that names a base and only what differs, made whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sim.errors import PlanError
from sim.plan_files import packaged
from sim.plan_files.explain import located
from sim.plan_files.tree import MAX_BYTES, File, Key, Node, name_of, one_line, read, show
from sim.spelling import nearest

MAX_BASES = 20
# Lists whose items are told apart by a name, and the key that holds it.
_NAMED = {"call_types": "name", "groups": "name", "skills": "call_type", "transfers": "to"}
_INSTEAD = [
    ("agents", "shifts"),
    ("shifts", "agents"),
    ("per_interval", "from"),
    ("times", "from"),
    ("from", "per_interval"),
    ("from", "times"),
]


def read_file(path: Path, source: str) -> Node:
    """The tree of a file. Raises PlanError when there is none or it is no text."""
    try:
        if path.is_dir():
            raise PlanError([f"{source} is a folder: name the plan file in it"])
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size
            raise PlanError([f"a plan has at most {MAX_BYTES:,} bytes, got {size:,}"], source)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise PlanError([f"there is no file {source}"]) from error
    except UnicodeDecodeError as error:
        raise PlanError(["this is not a text: save the file as UTF-8"], source) from error
    except (OSError, ValueError) as error:
        raise PlanError([f"cannot be read: {one_line(error)}"], source) from error
    return read(text, File(source, path.parent))


def joined(tree: Node) -> tuple[Node, File, list[Node]]:
    """The tree without ``base``, merged into its bases; the file that has none; and every
    ``what_if`` on the way, the base's first: a plan that bases itself on a what-if goes on from
    there. What a plan takes away of its base is still there, with nothing behind it."""
    chain = [_written_out(tree)]
    seen = [_identity(tree)]
    while (base := chain[-1].get("base")) is not None and base.value is not None:
        found = _base(base)
        if _identity(found) in seen or len(chain) > MAX_BASES:
            names = " -> ".join(one_line(node.file.source) for node in [*chain, found])
            raise PlanError([located(f"base goes round in a circle: {names}", base)])
        seen.append(_identity(found))
        chain.append(_written_out(found))
    whole = chain[-1].without("base", "what_if")
    for over in reversed(chain[:-1]):
        whole = merged(whole, over.without("base", "what_if"))
    changes = [node for one in reversed(chain) if (node := one.get("what_if")) is not None]
    return Node(whole.value, tree.line, tree.file), chain[-1].file, changes


def based_on(tree: Node) -> Node | None:
    """What a plan names as its base, if it has one, as it stands in its own file."""
    base = tree.get("base")
    return None if base is None or base.value is None else _base(base)


def _written_out(tree: Node) -> Node:
    """Skills that are only the name of a call type, as mappings, so that they merge by it; of a
    list with nothing but names it is noted that no others are meant."""
    groups = tree.get("groups")
    if groups is None or not isinstance(groups.value, list):
        return tree
    return tree.also(groups=Node([_with_skills(g) for g in groups.value], groups.line, groups.file))


def _with_skills(group: Node) -> Node:
    skills = group.get("skills")
    if skills is None or not isinstance(skills.value, list):
        return group
    whole = [
        skill.of({"call_type": skill.value}) if isinstance(skill.value, str) else skill
        for skill in skills.value
    ]
    names_alone = all(isinstance(skill.value, str) for skill in skills.value)
    return group.also(skills=Node(whole, skills.line, skills.file, complete=names_alone))


def _identity(node: Node) -> object:
    folder = node.file.folder
    if folder is None:
        return id(node)
    return (folder / Path(node.file.source).name).resolve()


def _base(named: Node) -> Node:
    source = named.file.source
    if not isinstance(named.value, str) or not named.value.strip():
        raise PlanError(
            [_line(named, f"base must be the name of a plan file, got {show(named.plain)}")], source
        )
    name = named.value.strip()
    if name in packaged.names():
        return read_file(packaged.path(name), f"the example {name}")
    if named.file.folder is None:
        hint = nearest(name, packaged.names())
        raise PlanError(
            [
                _line(
                    named,
                    f"no example is called {one_line(name)} ({hint}), and a plan that is "
                    "not a file cannot name other files",
                )
            ],
            source,
        )
    path = named.file.folder / name
    try:
        there = path.is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        near = packaged.beside(path.parent, path.name) if "\0" not in name else ""
        hint = f"did you mean {near}?" if near else nearest(name, packaged.names())
        raise PlanError(
            [
                _line(
                    named,
                    f"there is no file {one_line(path)}, and no example of that name ({hint})",
                )
            ],
            source,
        )
    return read_file(path, str(path))


def _line(node: Node, message: str) -> str:
    return f"line {node.line}: base: {message.removeprefix('base ')}"


def merged(base: Node, over: Node, key: str = "") -> Node:
    """Mappings merge, lists of named things merge by name, anything else replaces."""
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        if _another_kind(base, over):
            return over
        values = {name: node for name, node in base.value.items() if not _ousted(name, over)}
        for name, node in over.value.items():
            values[name] = merged(values[name], node, name) if name in values else node
        return Node(values, over.line, over.file)
    if key in _NAMED and isinstance(base.value, list) and isinstance(over.value, list):
        return _merged_lists(base, over)
    return over


def _ousted(name: str, over: Node) -> bool:
    """Two ways to say the same: the plan's own one counts, not the base's."""
    return any(name == one and other in over.value for one, other in _INSTEAD)


def _another_kind(base: Node, over: Node) -> bool:
    """Another distribution or pattern replaces the old one: its keys would not fit."""
    for tag in ("distribution", "pattern"):
        mine, theirs = base.get(tag), over.get(tag)
        if mine is not None and theirs is not None and mine.value != theirs.value:
            return True
    return False


def _merged_lists(base: Node, over: Node) -> Node:
    items: list[Node] = list(base.value)
    places = {name_of(item): place for place, item in enumerate(items)}
    for item in over.value:
        # Each name once: a second one of it stays, for the plan's check to complain of.
        name = name_of(item)
        place = places.pop(name, None) if name is not None else None
        if place is None:
            items.append(
                replace(item, beside=tuple(name for name in map(name_of, base.value) if name))
            )
        else:
            items[place] = merged(items[place], item)
    if over.complete:
        meant = [name_of(item) for item in over.value]
        items = [item for item in items if name_of(item) in meant]
    return Node(items, over.line, over.file)


def not_there(root: Node, here: Node, place: tuple[Key, ...] = ()) -> Iterator[str]:
    """A line for each thing that is taken away and that the base does not have."""
    if _removed(here) and here.beside:
        name = name_of(here)
        message = f"the base has none called {name} to take away: {nearest(name, here.beside)}"
        yield located(message, root, place)
    for key, one in here.parts():
        yield from not_there(root, one, (*place, key))


def pruned(node: Node) -> Node:
    """Without keys that hold nothing: that is how a plan takes something of its base away, be it
    ``patience: null`` or, for a thing in a list, ``{name: …, remove: true}``."""
    if isinstance(node.value, dict):
        kept = {key: pruned(one) for key, one in node.value.items() if one.value is not None}
        return replace(node, value=kept)
    if isinstance(node.value, list):
        return replace(node, value=[pruned(one) for one in node.value if not _removed(one)])
    return node


def _removed(node: Node) -> bool:
    remove = node.get("remove")
    return remove is not None and remove.value is True and name_of(node) is not None
