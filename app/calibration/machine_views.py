"""The page of the automatic rater: does it say what people say, and may it count alone?"""

from __future__ import annotations

from flask import render_template, request

from app.calibration.machine_page import cards_with_rules, machine_page
from app.calibration.raters_blueprint import bp
from app.services import now


@bp.get("/machine")
def machine() -> str:
    known = cards_with_rules()
    wanted = request.args.get("card", type=int)
    card = next((each for each in known if each.id == wanted), known[0] if known else None)
    return render_template(
        "calibration/machine.html",
        cards=known,
        card=card,
        seen=machine_page(card, now()) if card else None,
    )
