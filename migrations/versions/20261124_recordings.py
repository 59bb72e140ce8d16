"""recordings

Revision: a41c6e20d7b5
After: 7c1f0a9be352
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "a41c6e20d7b5"
down_revision = "7c1f0a9be352"
branch_labels = None
depends_on = None


# What is said is found through an index that follows ``passages`` by itself. Whoever copies that
# table in batch mode must make the triggers again.
FTS = (
    """CREATE VIRTUAL TABLE passages_fts USING fts5(
        words, content='passages', content_rowid='id', tokenize='unicode61 remove_diacritics 2',
        prefix='2 3'
    )""",
    """CREATE TRIGGER passages_fts_added AFTER INSERT ON passages BEGIN
        INSERT INTO passages_fts (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER passages_fts_gone AFTER DELETE ON passages BEGIN
        INSERT INTO passages_fts (passages_fts, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER passages_fts_changed AFTER UPDATE ON passages BEGIN
        INSERT INTO passages_fts (passages_fts, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO passages_fts (rowid, words) VALUES (new.id, new.words);
    END""",
)
GIN = "CREATE INDEX passages_fts ON passages USING gin (to_tsvector('simple', words))"


def _index_words() -> None:
    dialect = op.get_bind().dialect.name
    for statement in FTS if dialect == "sqlite" else (GIN,) if dialect == "postgresql" else ():
        op.execute(statement)


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("happened_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("skill", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("agent_channel", sa.String(length=5), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("audio_sha256", sa.String(length=64), nullable=False),
        sa.Column("recognizer", sa.String(length=32), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("original_bytes", sa.Integer(), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("original_erased_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("exemplar_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("exemplar_by_id", sa.Integer(), nullable=True),
        sa.Column("exemplar_why", sa.String(length=400), nullable=False),
        sa.Column("exemplar_skill", sa.String(length=80), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("erased_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["people.id"], name=op.f("fk_recordings_agent_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["exemplar_by_id"], ["people.id"], name=op.f("fk_recordings_exemplar_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["people.id"], name=op.f("fk_recordings_uploaded_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("key", name=op.f("uq_recordings_key")),
    )
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_recordings_agent_happened", ["agent_id", "happened_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recordings_exemplar_at"), ["exemplar_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recordings_happened_at"), ["happened_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recordings_original_sha256"), ["original_sha256"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recordings_skill"), ["skill"], unique=False)
        batch_op.create_index(batch_op.f("ix_recordings_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_recordings_status"), ["status"], unique=False)

    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.UtcDateTime(), nullable=False),
        sa.Column("dry", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_retention_runs_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
    )
    with op.batch_alter_table("retention_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retention_runs_at"), ["at"], unique=False)

    op.create_table(
        "hearing_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("granted_at", app.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN recording_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN agent_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN team_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN everybody THEN 1 ELSE 0 END) = 1",
            name=op.f("ck_hearing_grants_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["people.id"],
            name=op.f("fk_hearing_grants_agent_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_hearing_grants_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_hearing_grants_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["teams.id"],
            name=op.f("fk_hearing_grants_team_id_teams"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_grants")),
    )
    with op.batch_alter_table("hearing_grants", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hearing_grants_person_source", ["person_id", "source"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_hearing_grants_recording_id"), ["recording_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_hearing_grants_source"), ["source"], unique=False)

    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=10), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_passages_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sa.UniqueConstraint("recording_id", "number", name=op.f("uq_passages_recording_id")),
    )
    _index_words()
    op.create_table(
        "redactions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.UtcDateTime(), nullable=False),
        sa.Column("undone_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", app.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint('"end" > start', name=op.f("ck_redactions_span")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_redactions_by_id_people")),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_redactions_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["people.id"], name=op.f("fk_redactions_undone_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
    )
    with op.batch_alter_table("redactions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_redactions_recording_id"), ["recording_id"], unique=False
        )

    op.create_table(
        "remarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at_seconds", sa.Double(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_remarks_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_remarks_recording_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remarks_recording_id"), ["recording_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remarks_recording_id"))

    op.drop_table("remarks")
    with op.batch_alter_table("redactions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redactions_recording_id"))

    op.drop_table("redactions")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("passages_fts")
    op.drop_table("passages")
    with op.batch_alter_table("hearing_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_grants_source"))
        batch_op.drop_index(batch_op.f("ix_hearing_grants_recording_id"))
        batch_op.drop_index("ix_hearing_grants_person_source")

    op.drop_table("hearing_grants")
    with op.batch_alter_table("retention_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_retention_runs_at"))

    op.drop_table("retention_runs")
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recordings_status"))
        batch_op.drop_index(batch_op.f("ix_recordings_source"))
        batch_op.drop_index(batch_op.f("ix_recordings_skill"))
        batch_op.drop_index(batch_op.f("ix_recordings_original_sha256"))
        batch_op.drop_index(batch_op.f("ix_recordings_happened_at"))
        batch_op.drop_index(batch_op.f("ix_recordings_exemplar_at"))
        batch_op.drop_index("ix_recordings_agent_happened")

    op.drop_table("recordings")
