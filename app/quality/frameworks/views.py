"""The pages of the quality framework: read, its history, two versions compared."""

from __future__ import annotations

from flask import Flask, render_template, request

from app.accounts.guard import signed_in
from app.quality.frameworks import draft_views, service
from app.quality.frameworks.blueprint import bp, id_in, naming
from app.quality.frameworks.comparison import SECTIONS, by_section, compare
from app.quality.frameworks.document import Framework
from app.quality.frameworks.judged import judged
from app.quality.frameworks.models import DROPPED, FrameworkVersion
from app.quality.frameworks.prose import prose

__all__ = ["draft_views"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.add_template_filter(prose, "prose")


@bp.get("/quality/framework")
def index() -> str:
    person, version = signed_in(), service.in_force()
    if version is None:
        mine = service.may_edit(person)
        drafts = service.drafts() if mine else ()
        return render_template("quality/frameworks/none.html", editing=mine, drafts=drafts)
    return _reading(version)


@bp.get("/quality/framework/versions/<id:version_id>")
def version(version_id: int) -> str:
    return _reading(service.find(signed_in(), version_id))


def _reading(version: FrameworkVersion) -> str:
    names = {(one.card_id, one.criterion): one for one in judged()}
    framework, newest = service.document(version), service.in_force()
    return render_template(
        "quality/frameworks/read.html",
        version=version,
        newest=newest,
        framework=framework,
        sections=[name for name in SECTIONS if _has(framework, name)],
        names=names,
        editing=service.may_edit(signed_in()),
        **naming(),
    )


def _has(framework: Framework, section: str) -> bool:
    part = getattr(framework, section)
    if isinstance(part, str):
        return bool(part.strip())
    if isinstance(part, tuple):
        return bool(part)
    return any(value not in ("", None) for _name, value in part)


@bp.get("/quality/framework/history")
def history() -> str:
    editing = service.may_edit(signed_in())
    return render_template(
        "quality/frameworks/history.html",
        versions=service.history(),
        drafts=service.drafts() if editing else (),
        dropped=service.drafts(DROPPED) if editing else (),
        editing=editing,
    )


@bp.get("/quality/framework/compare", endpoint="compare")
def compared() -> str:
    """``?before=3&after=5``: ids of two versions; ``all=1`` shows what is the same as well."""
    person = signed_in()
    before = service.find(person, id_in(request.args, "before"))
    after = service.find(person, id_in(request.args, "after"))
    every = compare(service.document(before), service.document(after))
    shown = every if request.args.get("all") else [one for one in every if one.change != "same"]
    choices = [*service.history(), *(service.drafts() if service.may_edit(person) else ())]
    return render_template(
        "quality/frameworks/compare.html",
        before=before,
        after=after,
        choices=choices,
        sections=by_section(shown),
        same=sum(one.change == "same" for one in every),
        everything=bool(request.args.get("all")),
        editing=service.may_edit(person),
        **naming(),
    )
