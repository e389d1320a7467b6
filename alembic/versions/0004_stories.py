"""Stories: what entries are compared by, term frequencies by language, why a story is in its event, what copies add."""

import sqlalchemy as sa
from alembic import op

from monitor.store.tables import Big, Moment

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is missing. Every story was an event of one, so an event began with its story.

    SQLite's tables are changed in place: to make ``event`` or ``story`` anew would break the rows that refer to them.
    """
    _entries()
    _keys()
    _events()
    _story_rows()


def _entries() -> None:
    op.create_table(
        "entry_features",
        sa.Column("entry", Big, nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("shingles", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_entry_features_entry")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_entry_features")),
    )
    op.create_index("ix_entry_features_period", "entry_features", ["period"])
    op.create_index("ix_seen_entry", "seen", ["entry"])
    op.add_column("entry", sa.Column("absent_at", Moment(), nullable=True))
    for key in ("url_key", "title_key", "body_hash"):
        op.create_index(f"ix_entry_{key}_id", "entry", [key, "id"])
        op.drop_index(f"ix_entry_{key}", "entry")


def _keys() -> None:
    op.drop_table("term_df")  # nothing was ever written to it
    op.create_table(
        "term_df",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("df", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("language", "term", name=op.f("pk_term_df")),
        sqlite_with_rowid=False,
    )
    if _on_sqlite():  # its rows are their own key: a table with row ids kept each of them twice
        op.create_table(
            "cluster_key_new",
            sa.Column("period", sa.Integer(), nullable=False),
            sa.Column("key", sa.BigInteger(), nullable=False),
            sa.Column("entry", Big, nullable=False),
            sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_cluster_key_entry")),
            sa.PrimaryKeyConstraint("period", "key", "entry", name=op.f("pk_cluster_key")),
            sqlite_with_rowid=False,
        )
        op.execute(
            "INSERT INTO cluster_key_new (period, key, entry)"
            " SELECT period, key, entry FROM cluster_key ORDER BY period, key, entry"
        )
        op.drop_table("cluster_key")
        op.rename_table("cluster_key_new", "cluster_key")
    op.create_index("ix_cluster_key_entry", "cluster_key", ["entry"])


def _events() -> None:
    op.drop_column("event", "centroid")  # nothing was ever written to it; from now on it is text
    op.add_column("event", sa.Column("centroid", sa.Text(), nullable=True))
    op.add_column("event", sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("event", sa.Column("first_seen", Moment(), nullable=True))
    op.add_column("event", sa.Column("last_seen", Moment(), nullable=True))
    op.execute(
        "UPDATE event SET size = 1,"
        " first_seen = (SELECT min(story.first_seen) FROM story WHERE story.event = event.id),"
        " last_seen = (SELECT max(story.last_seen) FROM story WHERE story.event = event.id)"
    )
    _index_merged("event")


def _story_rows() -> None:
    op.add_column("story", sa.Column("event_rule", sa.Text(), nullable=False, server_default="alone"))
    op.add_column("story", sa.Column("event_numbers", sa.JSON(none_as_null=True), nullable=True))
    if _on_sqlite():
        op.execute(
            "ALTER TABLE story ADD COLUMN event_other INTEGER CONSTRAINT fk_story_event_other REFERENCES entry(id)"
        )
    else:
        op.add_column("story", sa.Column("event_other", Big, nullable=True))
        op.create_foreign_key(op.f("fk_story_event_other"), "story", "entry", ["event_other"], ["id"])
    op.create_index("ix_story_first_entry", "story", ["first_entry"])
    _index_merged("story")
    op.add_column("story_entry", sa.Column("added", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("hand", sa.Column("level", sa.Text(), nullable=False, server_default="story"))
    op.create_index("ix_hand_a_entry", "hand", ["a_entry"])
    op.create_index("ix_hand_b_entry", "hand", ["b_entry"])


def _index_merged(table: str) -> None:
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(f"ix_{table}_merged_into", table, ["merged_into"], sqlite_where=merged, postgresql_where=merged)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
