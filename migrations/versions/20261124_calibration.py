"""calibration

Revision: c95e07b1a3f6
After: b8d2f3719c04
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "c95e07b1a3f6"
down_revision = "b8d2f3719c04"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibration_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("card_version_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=True),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_version_id"],
            ["scorecard_versions.id"],
            name=op.f("fk_calibration_sessions_card_version_id_scorecard_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"],
            ["calibration_sessions.id"],
            name=op.f("fk_calibration_sessions_follows_id_calibration_sessions"),
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["people.id"], name=op.f("fk_calibration_sessions_host_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_sessions")),
    )
    with op.batch_alter_table("calibration_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_sessions_phase"), ["phase"], unique=False)

    op.create_table(
        "certifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("card_version_id", sa.Integer(), nullable=False),
        sa.Column("started_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["card_version_id"],
            ["scorecard_versions.id"],
            name=op.f("fk_certifications_card_version_id_scorecard_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_certifications_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certifications")),
    )
    with op.batch_alter_table("certifications", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certifications_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "calibration_events",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.UtcDateTime(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_calibration_events_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_sessions.id"],
            name=op.f("fk_calibration_events_session_id_calibration_sessions"),
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_calibration_events")),
    )
    op.create_table(
        "calibration_parts",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_calibration_parts_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_sessions.id"],
            name=op.f("fk_calibration_parts_session_id_calibration_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "person_id", "part", name=op.f("pk_calibration_parts")
        ),
    )
    with op.batch_alter_table("calibration_parts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calibration_parts_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "gold_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("card_version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("retired_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["card_version_id"],
            ["scorecard_versions.id"],
            name=op.f("fk_gold_calls_card_version_id_scorecard_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_gold_calls_recording_id_recordings")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_sessions.id"],
            name=op.f("fk_gold_calls_session_id_calibration_sessions"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name=op.f("fk_gold_calls_set_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_calls")),
    )
    with op.batch_alter_table("gold_calls", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_gold_calls_card_version_id"), ["card_version_id"], unique=False
        )

    op.create_table(
        "certification_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("gold_call_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("submitted_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["certifications.id"],
            name=op.f("fk_certification_sheets_certification_id_certifications"),
        ),
        sa.ForeignKeyConstraint(
            ["gold_call_id"],
            ["gold_calls.id"],
            name=op.f("fk_certification_sheets_gold_call_id_gold_calls"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_sheets")),
    )
    with op.batch_alter_table("certification_sheets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certification_sheets_certification_id"),
            ["certification_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("certification_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certification_sheets_certification_id"))

    op.drop_table("certification_sheets")
    with op.batch_alter_table("gold_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gold_calls_card_version_id"))

    op.drop_table("gold_calls")
    with op.batch_alter_table("calibration_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_parts_person_id"))

    op.drop_table("calibration_parts")
    op.drop_table("calibration_events")
    with op.batch_alter_table("certifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certifications_person_id"))

    op.drop_table("certifications")
    with op.batch_alter_table("calibration_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_sessions_phase"))

    op.drop_table("calibration_sessions")
