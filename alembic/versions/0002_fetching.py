"""Fetching: how a source wishes to be asked, where it has moved to, articles, robots.txt, outages of the network."""

import sqlalchemy as sa
from alembic import op

from monitor.store.tables import Big, Moment

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

_OF_SOURCE: tuple[sa.Column[object], ...] = (
    sa.Column("named", sa.Text(), nullable=False, server_default=""),
    sa.Column("validated", sa.Text(), nullable=True),
    sa.Column("hints", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("paced_by", sa.Text(), nullable=True),
    sa.Column("moved_to", sa.Text(), nullable=True),
    sa.Column("moved_since", Moment(), nullable=True),
    sa.Column("moved_count", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("gone_since", Moment(), nullable=True),
    sa.Column("killed", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("told_still_at", Moment(), nullable=True),
    sa.Column("answered_at", Moment(), nullable=True),
    sa.Column("last_new_at", Moment(), nullable=True),
    sa.Column("read", sa.Text(), nullable=False, server_default="teaser"),
    sa.Column("pause_s", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("remark", sa.Text(), nullable=True),
    sa.Column("remark_told_at", Moment(), nullable=True),
    sa.Column("unread", sa.Text(), nullable=True),
    sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.true()),
)


def upgrade() -> None:
    """Add what is missing; nothing that was stored changes its meaning."""
    for column in _OF_SOURCE:
        op.add_column("source", column)
    source = sa.table("source", *(sa.column(name) for name in ("named", "address", "answered_at", "last_ok_at")))
    op.execute(sa.update(source).values(named=source.c.address, answered_at=source.c.last_ok_at))
    op.drop_table("fetch_task")  # nothing was written to it yet
    op.create_table(
        "fetch_task",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("host", Big, nullable=False),
        sa.Column("entry", Big, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("not_before", Moment(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("origin", sa.Text(), nullable=False, server_default="live"),
        sa.Column("at", Moment(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_fetch_task_entry")),
        sa.ForeignKeyConstraint(["host"], ["host.id"], name=op.f("fk_fetch_task_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch_task")),
        sa.UniqueConstraint("entry", name=op.f("uq_fetch_task_entry")),
    )
    op.create_index("ix_fetch_task_host_state", "fetch_task", ["host", "state"])
    op.create_table(
        "article",
        sa.Column("entry", Big, nullable=False),
        sa.Column("read_at", Moment(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("published", Moment(), nullable=True),
        sa.Column("canonical", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("characters", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_article_entry")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_article")),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("read_at", Moment(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_table(
        "outage",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("from_at", Moment(), nullable=False),
        sa.Column("to_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
