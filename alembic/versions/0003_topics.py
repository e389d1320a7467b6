"""Topics: which version is in force since when, what replaced revisions said, and how far a topic was re-matched."""

import sqlalchemy as sa
from alembic import op

from monitor.store.tables import Big, Moment

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

_OF_REVISION: tuple[sa.Column[object], ...] = (
    sa.Column("teaser", sa.Text(), nullable=True),
    sa.Column("text", sa.Text(), nullable=True),
    sa.Column("said", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("seq", Big, nullable=False, server_default="0"),
)


def upgrade() -> None:
    """Add what is missing; every version counts as in force since it was made."""
    for column in _OF_REVISION:
        op.add_column("revision", column)
    op.create_index("ix_revision_seq", "revision", ["seq"])
    op.create_index("ix_alert_entry", "alert", ["entry"])
    op.create_table(
        "topic_force",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("topic", Big, nullable=False),
        sa.Column("version", Big, nullable=False),
        sa.Column("from_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["topic"], ["topic.id"], name=op.f("fk_topic_force_topic")),
        sa.ForeignKeyConstraint(["version"], ["topic_version.id"], name=op.f("fk_topic_force_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_force")),
    )
    op.create_index("ix_topic_force_topic", "topic_force", ["topic"])
    op.execute(
        "INSERT INTO topic_force (topic, version, from_at)"
        " SELECT topic, id, since FROM topic_version ORDER BY since, id"
    )
    op.create_table(
        "backfill",
        sa.Column("topic", Big, nullable=False),
        sa.Column("version", Big, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cursor", Big, nullable=True),
        sa.Column("looked", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("matched", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["topic"], ["topic.id"], name=op.f("fk_backfill_topic")),
        sa.ForeignKeyConstraint(["version"], ["topic_version.id"], name=op.f("fk_backfill_version")),
        sa.PrimaryKeyConstraint("topic", "version", name=op.f("pk_backfill")),
    )
