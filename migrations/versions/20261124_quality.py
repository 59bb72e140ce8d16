"""quality

Revision: b8d2f3719c04
After: a41c6e20d7b5
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "b8d2f3719c04"
down_revision = "a41c6e20d7b5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "framework_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["based_on_id"],
            ["framework_versions.id"],
            name=op.f("fk_framework_versions_based_on_id_framework_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["people.id"],
            name=op.f("fk_framework_versions_created_by_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["people.id"],
            name=op.f("fk_framework_versions_published_by_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_framework_versions_number")),
    )
    with op.batch_alter_table("framework_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_framework_versions_status"), ["status"], unique=False)

    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scenario_id", sa.String(length=64), nullable=True),
        sa.Column("certified_only", sa.Boolean(), nullable=False),
        sa.Column("archived_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name=op.f("fk_scorecards_created_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
        sa.UniqueConstraint("name", name=op.f("uq_scorecards_name")),
        sa.UniqueConstraint("scenario_id", name=op.f("uq_scorecards_scenario_id")),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("until", app.db.UtcDateTime(), nullable=True),
        sa.Column("certification_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("revoked_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["card_id"], ["scorecards.id"], name=op.f("fk_certificates_card_id_scorecards")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_certificates_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_card_id"), ["card_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificates_person_id"), ["person_id"], unique=False)

    op.create_table(
        "monitoring_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["card_id"], ["scorecards.id"], name=op.f("fk_monitoring_plans_card_id_scorecards")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name=op.f("fk_monitoring_plans_created_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_plans")),
        sa.UniqueConstraint("title", name=op.f("uq_monitoring_plans_title")),
    )
    with op.batch_alter_table("monitoring_plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_monitoring_plans_active"), ["active"], unique=False)

    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=120), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=400), nullable=False),
        sa.Column("card_version_id", sa.Integer(), nullable=True),
        sa.Column("framework_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["card_id"], ["scorecards.id"], name=op.f("fk_proposals_card_id_scorecards")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name=op.f("fk_proposals_created_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_proposals_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_proposals_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_proposals_source", ["source_kind", "source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_status"), ["status"], unique=False)

    op.create_table(
        "scorecard_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("framework_id", sa.Integer(), nullable=True),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["based_on_id"],
            ["scorecard_versions.id"],
            name=op.f("fk_scorecard_versions_based_on_id_scorecard_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["scorecards.id"], name=op.f("fk_scorecard_versions_card_id_scorecards")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["people.id"],
            name=op.f("fk_scorecard_versions_created_by_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework_versions.id"],
            name=op.f("fk_scorecard_versions_framework_id_framework_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["people.id"],
            name=op.f("fk_scorecard_versions_published_by_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecard_versions")),
        sa.UniqueConstraint("card_id", "number", name=op.f("uq_scorecard_versions_card_id")),
    )
    with op.batch_alter_table("scorecard_versions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_scorecard_versions_card_hash", ["card_id", "content_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_scorecard_versions_status"), ["status"], unique=False)

    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("card_version_id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("rater_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("score", sa.JSON(), nullable=True),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("submitted_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("release_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("released_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("response", sa.String(length=10), nullable=False),
        sa.Column("response_words", sa.Text(), nullable=False),
        sa.Column("responded_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["people.id"], name=op.f("fk_evaluations_agent_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["card_version_id"],
            ["scorecard_versions.id"],
            name=op.f("fk_evaluations_card_version_id_scorecard_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework_versions.id"],
            name=op.f("fk_evaluations_framework_id_framework_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["people.id"], name=op.f("fk_evaluations_rater_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_evaluations_recording_id_recordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint(
            "recording_id",
            "card_version_id",
            "kind",
            "rater_id",
            name=op.f("uq_evaluations_recording_id"),
        ),
    )
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evaluations_agent_submitted", ["agent_id", "submitted_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evaluations_card_version_id"), ["card_version_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evaluations_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_evaluations_rater_id"), ["rater_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evaluations_status"), ["status"], unique=False)

    op.create_table(
        "monitoring_plan_raters",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_monitoring_plan_raters_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["monitoring_plans.id"],
            name=op.f("fk_monitoring_plan_raters_plan_id_monitoring_plans"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", "person_id", name=op.f("pk_monitoring_plan_raters")),
    )
    with op.batch_alter_table("monitoring_plan_raters", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_monitoring_plan_raters_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("due_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("skipped_words", sa.String(length=400), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_assignments_evaluation_id_evaluations"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["monitoring_plans.id"],
            name=op.f("fk_assignments_plan_id_monitoring_plans"),
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["people.id"], name=op.f("fk_assignments_rater_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_assignments_recording_id_recordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("plan_id", "recording_id", name=op.f("uq_assignments_plan_id")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignments_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_rater_id"), ["rater_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_assignments_recording_id"), ["recording_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assignments_status"), ["status"], unique=False)

    op.create_table(
        "disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("outcome_words", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_disputes_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_disputes_evaluation_id_evaluations"),
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name=op.f("fk_disputes_opened_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["people.id"], name=op.f("fk_disputes_owner_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_disputes_evaluation_id"), ["evaluation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_disputes_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disputes_status"), ["status"], unique=False)

    op.create_table(
        "evaluation_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("left", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", app.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_marks_evaluation_id_evaluations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_marks")),
        sa.UniqueConstraint(
            "evaluation_id", "criterion", name=op.f("uq_evaluation_marks_evaluation_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("evaluation_marks")
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disputes_status"))
        batch_op.drop_index(batch_op.f("ix_disputes_owner_id"))
        batch_op.drop_index(batch_op.f("ix_disputes_evaluation_id"))

    op.drop_table("disputes")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_status"))
        batch_op.drop_index(batch_op.f("ix_assignments_recording_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_rater_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_due_at"))

    op.drop_table("assignments")
    with op.batch_alter_table("monitoring_plan_raters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_monitoring_plan_raters_person_id"))

    op.drop_table("monitoring_plan_raters")
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluations_status"))
        batch_op.drop_index(batch_op.f("ix_evaluations_rater_id"))
        batch_op.drop_index(batch_op.f("ix_evaluations_kind"))
        batch_op.drop_index(batch_op.f("ix_evaluations_card_version_id"))
        batch_op.drop_index("ix_evaluations_agent_submitted")

    op.drop_table("evaluations")
    with op.batch_alter_table("scorecard_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scorecard_versions_status"))
        batch_op.drop_index("ix_scorecard_versions_card_hash")

    op.drop_table("scorecard_versions")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_status"))
        batch_op.drop_index("ix_proposals_source")
        batch_op.drop_index(batch_op.f("ix_proposals_person_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_kind"))

    op.drop_table("proposals")
    with op.batch_alter_table("monitoring_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_monitoring_plans_active"))

    op.drop_table("monitoring_plans")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_person_id"))
        batch_op.drop_index(batch_op.f("ix_certificates_card_id"))

    op.drop_table("certificates")
    op.drop_table("scorecards")
    with op.batch_alter_table("framework_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_framework_versions_status"))

    op.drop_table("framework_versions")
