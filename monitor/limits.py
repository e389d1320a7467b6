"""Every cap and every default in one place, each with its unit and its reason.

Figures marked *lab* were measured before the program was written, on real feeds and on loopback
servers; the others are judgements. A limit is a promise to the user's machine, to a publisher or
to a reader: a test stands on each side of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- fetching -----------------------------------------------------------------------------------
CONNECT_TIMEOUT: Final = 10.0
"""Seconds to reach a host. A host that needs longer is counted as down for this poll."""
READ_GAP_TIMEOUT: Final = 15.0
"""Seconds without a byte before a response is given up."""
TOTAL_TIMEOUT: Final = 45.0
"""Seconds for one request with all its redirects: stops the endless drip of single bytes (lab)."""
BODY_CAP: Final = 10 * 1024 * 1024
"""Bytes of a body after decompression. The largest real feed of the lab has 1.1 MB; bombs stop here."""
REDIRECT_CAP: Final = 5
"""Hops followed for one request."""
URL_CAP: Final = 2048
"""Characters of an address. Longer ones are refused rather than cut."""
HEADER_CAP: Final = 16 * 1024
"""Bytes of name and value of one header of an answer; the HTTP client's own figure, and that of most servers."""
HEADERS_CAP: Final = 128
"""Headers of one answer; as above."""
ERROR_BODY_CAP: Final = 64 * 1024
"""Bytes read of the body of an error, to tell a challenge page from a plain refusal."""
ERROR_BODY_TIMEOUT: Final = 5.0
"""Seconds given to the body of an error: its status is known already and must not be lost over it."""
WEB_PORTS: Final = (range(80, 81), range(443, 444), range(8000, 9000))
"""Ports of public hosts on which an address is asked that no person named: never mail, shells or databases."""
HOST_GAP: Final = timedelta(seconds=2)
"""Least pause between two requests to one host."""
IN_FLIGHT_CAP: Final = 32
"""Requests under way at one time, over all hosts; one per host."""

# --- scheduling ---------------------------------------------------------------------------------
POLL_INTERVAL: Final = timedelta(minutes=15)
"""Pause between two polls of a source, when neither ``every`` nor the publisher says otherwise."""
POLL_FLOOR: Final = timedelta(minutes=5)
"""Shortest pause that ``every`` may ask for."""
POLL_CEILING: Final = timedelta(days=365)
"""Longest pause that ``every`` may ask for: who wants less than once a year pauses the source."""
POLL_JITTER: Final = 0.05
"""Share of the interval by which polls come later than due, so that sources added together drift apart."""
HINT_CAP: Final = timedelta(hours=24)
"""Longest pause that a publisher's hints (max-age, ttl, updatePeriod) bring: a feed that may be cached for a year
is a mistake of its server, and a day late is late enough."""
BACKOFF_CAP: Final = timedelta(hours=24)
"""Longest pause after failures: a dead source is still tried once a day."""
RETRY_AFTER_CAP: Final = timedelta(days=7)
"""Longest Retry-After that is obeyed; more is taken for a mistake of the server."""
HOST_LEASE: Final = timedelta(seconds=120)
"""A claimed host whose worker has died is free again after this long."""
SOURCES_A_CLAIM: Final = 10
"""Sources of one host polled under one lease: 10 x 45 s would outlast it, so the lease is renewed at each."""
GONE_AFTER: Final = timedelta(hours=24)
"""A second 410 this long after the first one, with none but failures between, ends the polling of a source."""
MOVE_ANSWERS: Final = 3
"""Equal answers in a row that a source has moved for good, before its new address is kept."""
MOVE_AFTER: Final = timedelta(days=1)
"""Least time from the first to the last of these answers: a mistake of a server lasts hours."""
QUARANTINE_AFTER: Final = 3
"""Documents in a row that ended the process that read them, after which a source is asked once a day only."""
OUTAGE_HOSTS: Final = 3
"""Hosts that cannot be reached while no other answers, before the network is held to be down."""
OUTAGE_AFTER: Final = timedelta(minutes=2)
"""And this long since the first of them: a pass that begins with dead sources is no outage."""
RETURN_SPREAD: Final = timedelta(minutes=10)
"""When the network is back, what could not be read is asked within this time, not all at once."""
STILL_BROKEN_AFTER: Final = timedelta(days=1)
"""The owner hears once more of a source that is still broken this long after the first telling."""
QUIET_AFTER: Final = timedelta(days=7)
"""Least time without anything new after which a source that used to publish daily is called quiet."""
QUIET_TIMES: Final = 10
"""And at least this many times its usual pause between two entries."""
OLD_AFTER: Final = timedelta(days=365)
"""A source whose newest entry is older than this when it is read is said to be old: a forgotten address."""
FLOOD_CAP: Final = 20
"""Alerts of one document on one channel; more of them go as one list: a feed has issued its archive anew (lab)."""
BROKEN_AFTER: Final = 3
"""Failures in a row after which a source or channel is called broken and the owner is told."""
BROKEN_AFTER_TIME: Final = timedelta(minutes=15)
"""Or this long after the first of at least two failures, whichever comes first."""

# --- articles -----------------------------------------------------------------------------------
FIRST_ARTICLES: Final = 30
"""Newest articles of a source's first document that are read in full: what was published before is listed only."""
TASKS_A_CLAIM: Final = 10
"""Articles fetched from one host under one lease."""
TASKS_BESIDE: Final = 2
"""And where sources of the host are due as well."""
ARTICLES_IN_FLIGHT: Final = 24
"""Hosts whose articles are read at one time: some of ``IN_FLIGHT_CAP`` stay free for sources."""
ARTICLE_TRIES: Final = 4
"""Tries for one article, the last about a day after the first."""
ARTICLE_RETRY: Final = timedelta(minutes=15)
"""Pause after the first failed try; eight times as long after each further one: 15 min, 2 h, 16 h."""
UNREAD_AFTER: Final = 5
"""Articles in a row that could not be read, after which their source says so, and its owner hears of it."""
ENOUGH_TEXT: Final = 2500
"""Characters of text in a feed's entry from which on its article is not fetched: the feed carries it whole."""
ROBOTS_LIFE: Final = timedelta(hours=24)
"""How long a robots.txt is good for (RFC 9309)."""
CRAWL_DELAY_CAP: Final = 30.0
"""Seconds of a Crawl-delay that are kept at most; a longer one makes the articles of its host wait in the queue."""

# --- parsing ------------------------------------------------------------------------------------
PARSE_WORKERS: Final = 2
"""Worker processes; each holds about 45 MB after its imports."""
PARSE_DEADLINE: Final = 15.0
"""Seconds of wall time after which the parent ends a worker."""
PARSE_CPU: Final = 10
"""Seconds of processor time for one document: a 78 KiB feed can cost 30 s (lab)."""
PARSE_MEMORY: Final = 768 * 1024 * 1024
"""Bytes of address space a worker may take over what it has after its imports."""
PARSE_RECYCLE: Final = 200
"""Documents after which a worker is replaced, so that leaks of the parsers cannot grow."""
MEMORY_CAP: Final = 64 * 1024
"""Bytes of JSON that a kind of source may keep on its row between two polls."""
DEPTH_CAP: Final = 256
"""Levels of nesting in an XML document; the deepest real feed of the lab has 25. Deeper ones are made to be deep."""
FOLLOW_CAP: Final = 20
"""Further requests that one document may ask for."""

# --- entries ------------------------------------------------------------------------------------
ENTRIES_CAP: Final = 2000
"""Entries read from one document, in its order; the rest is counted and said."""
ID_CAP: Final = 512
"""Characters of an entry's id that are kept; longer ones are known by their hash."""
TITLE_CAP: Final = 1000
"""Characters of a title that are stored."""
TITLE_SHOWN: Final = 300
"""Characters of a title that are sent."""
TEXT_CAP: Final = 64 * 1024
"""Characters of a text that are searched and stored."""
HTML_CAP: Final = 2 * 1024 * 1024
"""Bytes of a page that are read for its article: of 455 pages of the lab two are larger, and end in scripts."""
TAGS_CAP: Final = 20_000
"""Elements of a page that are read: news pages of the lab have up to 3,300; 2 MiB of bare tags cost 80 s (lab)."""
ARTICLE_FLOOR: Final = 200
"""Characters (two for each of a script that writes words in one or two) below which a page's text is no article."""
ROBOTS_CAP: Final = 500 * 1024
"""Bytes of a robots.txt that are read: what RFC 9309 asks for at least."""
REVISIONS_CAP: Final = 24
"""Revisions kept of one entry: feeds that change a counter at every poll end here (as in lemon24/reader)."""
IDS_CAP: Final = 8
"""Ids under which one entry is remembered: a publisher moves its ids once or twice, a feed that makes new ones at every
poll is known by addresses, titles and dates (judgement)."""
PUBLISHED_FLOOR_YEAR: Final = 1990
"""Dates before this year, or more than a day ahead, are no dates of publication."""

# --- stories ------------------------------------------------------------------------------------
CANDIDATES_CAP: Final = 50
"""Earlier entries that a new one is compared with (lab: 1.8 ms with bodies)."""
BUCKET_CAP: Final = 100
"""Newest entries read for one cluster key of one week: larger buckets are boilerplate."""
BUCKET_FLOOR: Final = 10
"""And of a key that tells nearly nothing. Between the two it goes with the square of the key's weight: the newest few
of a common word are chance finds, and reading them is most of what a lookup in a large store costs (judgement)."""
PROBES_CAP: Final = 240
"""Cluster keys times weeks looked up for one entry, the heaviest first: 22 keys need about 100 (judgement)."""
STORY_WINDOW: Final = timedelta(days=7)
"""Titles further apart than this never make one story; an equal address does at any distance."""
BODY_WINDOW: Final = timedelta(days=30)
"""Bodies are compared with those of this long before (lab)."""
KEYS_KEPT: Final = timedelta(weeks=6)
"""Cluster keys and what entries are compared by are kept this long after the entry's date: longer than any window."""
HAND_PAIRS: Final = 50_000
"""Pairs of entries that one split by hand may set apart: about half a second of writing."""

# --- the writer ---------------------------------------------------------------------------------
BATCH_DOCUMENTS: Final = 32
"""Documents in one transaction at most."""
BATCH_ENTRIES: Final = 500
"""Entries in one transaction at most: above it batching gains nothing (lab)."""
PRUNE_CHUNK: Final = 500
"""Rows deleted in one transaction by housekeeping, so that the writer is never kept waiting."""
PRUNE_KEYS: Final = 5_000
"""Cluster keys deleted in one: a row of them is a few bytes, and old weeks stand together."""
BACKFILL_ENTRIES: Final = 200
"""Stored entries matched again with a new or changed topic in one transaction at most."""
BACKFILL_SPAN: Final = 0.05
"""Seconds after which such a transaction ends early: what was just read never waits long behind it."""
BACKTEST_ENTRIES: Final = 100_000
"""Newest stored entries that a back-test looks at, where ``--since`` asks for no fewer."""

# --- delivering ---------------------------------------------------------------------------------
RETRY_FIRST: Final = timedelta(seconds=30)
"""First pause after a failed delivery; doubled each time."""
RETRY_CAP: Final = timedelta(hours=6)
"""Longest pause between two tries."""
DELIVERY_LIFE: Final = timedelta(days=7)
"""After this long a message is given up as dead, and the owner is told."""
DELIVERY_LEASE: Final = timedelta(seconds=60)
"""A message found ``sending`` after this long belonged to a process that died: it is sent again, marked uncertain."""
SENDERS: Final = 16
"""Messages under way at one time, over all channels; one per channel."""
SEND_TIMEOUT: Final = 20
"""Seconds that one try may take."""
SEND_GAP: Final = timedelta(seconds=1)
"""Least pause between two messages to one channel: what Slack allows a webhook."""

LIST_SHOWN: Final = 50
"""Alerts named in one list; the rest is counted and said."""
QUOTE_SIDE: Final = 160
"""Characters shown on each side of the words that matched."""
SLACK_TEXT_CAP: Final = 35_000
"""Characters of one Slack message: above 40,000 Slack cuts."""
CHAT_TEXT_CAP: Final = 1_900
"""Characters of one message to any other service: Discord, the narrowest of the common ones, refuses above 2,000."""
MAIL_TEXT_CAP: Final = 90_000
"""Characters of one mail: above about 100 KB some readers hide the end."""

# --- the daemon ---------------------------------------------------------------------------------
TICK: Final = 1.0
"""Seconds between two looks for due hosts."""
DRAIN: Final = 10.0
"""Seconds that a stopping daemon gives to what is under way."""
HOUSEKEEP_EVERY: Final = 3600.0
"""Seconds between two rounds of housekeeping."""
AWAY_AFTER: Final = timedelta(minutes=30)
"""A gap between two signs of life above which the daemon says how long it was down."""
CONTROL_REQUEST: Final = 64 * 1024
"""Bytes of one request on the control socket: several thousand ids, and no room for anything else."""
CONTROL_CONNECTIONS: Final = 8
"""Connections to the control socket at one time; more are turned away: people type them."""
CONTROL_DEADLINE: Final = 5.0
"""Seconds in which a request has to be there whole, and in which each line of its answer has to be taken."""
CONTROL_SIGN: Final = 5.0
"""Seconds between two signs of life to a command whose request is still worked on: a full disk is waited for, and
housekeeping takes minutes."""

# --- configuration ------------------------------------------------------------------------------
CONFIG_CAP: Final = 1024 * 1024
"""Bytes of one configuration file."""
ALIAS_CAP: Final = 64
"""YAML aliases in one file: more is a bomb that explodes when it is walked."""
PHRASE_CAP: Final = 500
"""Characters of one phrase."""
QUERY_CAP: Final = 10_000
"""Characters of one query in one line: what is longer was pasted by mistake, or belongs into lists (judgement)."""
QUERY_TERMS_CAP: Final = 2_000
"""Words and phrases of one query in one line, those of its fragments among them: as many are read in 0.1 s."""
QUERY_DEPTH_CAP: Final = 32
"""Levels of parentheses and NOT in one query in one line; people lose count at five."""
NEAR_CAP: Final = 100
"""Words that NEAR may leave between: more is a paragraph, and AND says it better."""
