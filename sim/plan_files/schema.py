"""The JSON Schema (draft 2020-12) of plan files, for editors and other programs.

What pydantic says about the dataclasses, and what only the files have: ``base``, ``what_if``,
``from``, the short forms, and that a plan with a base may leave out anything or take it away.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from pydantic import TypeAdapter

from sim.parameters import Plan
from sim.plan_files.history import From
from sim.what_if import WhatIf

Schema = dict[str, Any]
_ENTRY = re.compile(r"([a-z_]+): (.+)")
_TAGS = {"distribution", "pattern"}
_DURATION: list[Schema] = [
    {"type": "number", "exclusiveMinimum": 0},
    {"type": "string", "pattern": r"^\s*-?\d"},
]


def schema() -> Schema:
    """The whole schema; the unit of every number is in its ``unit``."""
    plan = _defined("Plan", TypeAdapter(Plan).json_schema(ref_template="#/$defs/{model}"))
    changes = _defined("WhatIf", TypeAdapter(WhatIf).json_schema(ref_template="#/$defs/{model}"))
    source = _defined("From", TypeAdapter(From).json_schema(ref_template="#/$defs/{model}"))
    definitions: Schema = {**changes, **source, **plan}
    for name, definition in definitions.items():
        definitions[name] = _described(_short_forms(definition))
    _add_from(definitions)
    _add_what_ifs(definitions)
    _add_skill_names(definitions)
    partial = {f"Partial{name}": _partial(found) for name, found in definitions.items()}
    partial["PartialGroup"]["properties"]["skills"]["description"] += (
        "; names alone are all of them, others are added to the base's by their names"
    )
    _add_file_keys(definitions["Plan"])
    _add_file_keys(partial["PartialPlan"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan file",
        "description": "A plan of a contact centre for python -m sim. Durations are seconds, or "
        'texts like "90 s", "1:30", "2 h"; times of day are texts like "09:30"; '
        'shares are numbers from 0 to 1 or texts like "30 %".',
        "type": "object",
        "if": {"required": ["base"]},
        "then": {"$ref": "#/$defs/PartialPlan"},
        "else": {"$ref": "#/$defs/Plan"},
        "$defs": {**definitions, **partial},
    }


def _defined(name: str, found: Schema) -> Schema:
    definitions: Schema = found.pop("$defs", {})
    definitions[name] = found
    return definitions


def _short_forms(node: Any) -> Any:
    """A number for an exponential duration, a name for a rule; tags are never left out."""
    if isinstance(node, list):
        return [_short_forms(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: _short_forms(one) for key, one in node.items()}
    discriminator = found.get("discriminator", {}).get("propertyName")
    if discriminator == "distribution":
        described = {**_DURATION[0], "unit": "s", "description": "mean of an exponential"}
        return {"anyOf": [described, _DURATION[1], found]}
    if found.get("$ref") == "#/$defs/Rule":
        return {"anyOf": [{"type": "string", "minLength": 1}, found]}
    properties = found.get("properties")
    if isinstance(properties, dict):
        tags = [tag for tag in _TAGS if "const" in properties.get(tag, {})]
        if tags:
            found["required"] = [*found.get("required", []), *tags]
    return found


def _described(definition: Schema) -> Schema:
    """What the docstring says of each key goes to the key, for editors to show."""
    properties = definition.get("properties", {})
    summary, said, key = list[str](), dict[str, str](), ""
    for line in definition.get("description", "").replace("``", "`").splitlines():
        found = _ENTRY.fullmatch(line)
        if found and found[1] in properties:
            key = found[1]
            said[key] = found[2]
        elif key and line.startswith(" "):
            said[key] += " " + line.strip()
        else:
            key = ""
            summary.append(line.strip())
    for tag in _TAGS & properties.keys() - said.keys():
        said[tag] = f"Which {tag} this is."
    for key, text in said.items():
        properties[key] = {**properties[key], "description": text}
    return {**definition, "description": " ".join(filter(None, summary))}


def _add_from(definitions: Schema) -> None:
    for name, key in (
        ("PoissonArrivals", "per_interval"),
        ("EvenArrivals", "per_interval"),
        ("RecordedArrivals", "times"),
    ):
        found = definitions[name]
        found["properties"]["from"] = {
            "$ref": "#/$defs/From",
            "description": f"a CSV file to take {key} from",
        }
        found["required"] = [one for one in found["required"] if one != key]
        found["oneOf"] = [{"required": [key]}, {"required": ["from"]}]


def _add_what_ifs(definitions: Schema) -> None:
    """The short form of a change is its first field alone."""
    found = definitions["WhatIf"]
    for name, key in (
        ("Volume", "by"),
        ("HandleTime", "by"),
        ("Contained", "contained"),
        ("Attrition", "share"),
        ("Overtime", "time"),
        ("EarlyLeave", "time"),
        ("PatienceChange", "by"),
        ("Shrinkage", "share"),
        ("Routing", "rules"),
    ):
        reference = {"$ref": f"#/$defs/{name}"}
        for value in found["properties"].values():
            if reference in value.get("anyOf", []):
                value["anyOf"].append(copy.deepcopy(definitions[name]["properties"][key]))
    found["minProperties"] = found["maxProperties"] = 1


def _add_skill_names(definitions: Schema) -> None:
    skills = definitions["Group"]["properties"]["skills"]
    skills["items"] = {"anyOf": [skills["items"], {"type": "string", "minLength": 1}]}


def _add_file_keys(plan: Schema) -> None:
    plan["properties"]["base"] = {
        "type": "string",
        "description": "Another plan file, beside this one, or the name of an example: this plan "
        "says only what differs. null takes something away, remove: true a thing in a list.",
    }
    plan["properties"]["what_if"] = {
        "type": "array",
        "items": {"$ref": "#/$defs/WhatIf"},
        "description": "Changes made to the plan last, in this order.",
    }


def _partial(node: Any) -> Any:
    """The same with nothing required, and null anywhere."""
    if isinstance(node, list):
        return [_partial(one) for one in node]
    if not isinstance(node, dict):
        return node
    found: Schema = {}
    for key, value in node.items():
        if key in ("required", "discriminator", "minItems", "minProperties"):
            continue
        if key == "$ref":
            found[key] = value.replace("#/$defs/", "#/$defs/Partial")
        elif key == "oneOf":
            options = [option for option in _partial(value) if option]
            if options:
                found["anyOf"] = options
        elif key == "properties":
            found[key] = {name: _or_null(_partial(one)) for name, one in value.items()}
            found[key]["remove"] = {"const": True, "description": "Takes it away from the base."}
        else:
            found[key] = _partial(value)
    return found


def _or_null(node: Schema) -> Schema:
    return {"description": node.get("description", ""), "anyOf": [node, {"type": "null"}]}
