"""Words that are no keys of ours: those that later versions bring, and what people write for one that we have."""

from __future__ import annotations

from monitor.config.conditions import TopicForm
from monitor.config.form import Grammar, inner_form
from monitor.config.grammar import ChannelForm, SourceForm, known_keys

LATER: dict[type[Grammar], frozenset[str]] = {
    TopicForm: frozenset("alerts urgent".split()),
    SourceForm: frozenset("page sitemap site json github huggingface modelscope search file".split()),
    ChannelForm: frozenset("webhook when gather quiet limit fallback when_empty".split()),
}
"""Keys that the contract gives to later versions: refused with a sentence of their own."""

LATER_KINDS = frozenset("page sitemap site json github huggingface modelscope search".split())

MEANT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("exclude", "not", "without", "ignore", "except", "block", "stop"), ("none", "skip")),
    **dict.fromkeys(("include", "or", "keywords", "terms", "words", "phrases", "match", "find", "one_of"), ("any",)),
    **dict.fromkeys(("and", "every_one", "require", "required", "must"), ("all",)),
    **dict.fromkeys(("interval", "poll", "refresh", "frequency", "schedule", "period"), ("every",)),
    **dict.fromkeys(("link", "href", "address", "feed", "rss", "atom", "uri"), ("url",)),
    **dict.fromkeys(("type",), ("kind",)),
    **dict.fromkeys(("disabled", "disable", "pause", "enabled", "off", "inactive"), ("paused",)),
    **dict.fromkeys(("notify", "send", "send_to", "alert_to", "deliver", "recipients"), ("channels",)),
    **dict.fromkeys(("hook", "webhook_url", "incoming_webhook"), ("slack",)),
    **dict.fromkeys(("mail", "e-mail"), ("email",)),
    **dict.fromkeys(("host", "server", "smtp_host"), ("smtp",)),
    **dict.fromkeys(("username", "login"), ("user", "auth")),
    **dict.fromkeys(("pass", "pw"), ("password", "auth")),
    **dict.fromkeys(("sender", "mail_from"), ("from",)),
    **dict.fromkeys(("old_name", "previously", "renamed_from", "formerly"), ("was",)),
    **dict.fromkeys(("publisher", "paper", "name"), ("outlet",)),
    **dict.fromkeys(("priority", "importance"), ("weight",)),
    **dict.fromkeys(("feeds", "sites", "outlets"), ("sources",)),
    **dict.fromkeys(("subjects", "watch", "watchlist", "searches"), ("topics",)),
    **dict.fromkeys(("notifications", "destinations", "outputs", "alerts"), ("channels",)),
    **dict.fromkeys(("tz", "time_zone", "zone"), ("timezone",)),
    **dict.fromkeys(("case_sensitive", "case"), ("exact",)),
    **dict.fromkeys(("diacritics",), ("accents",)),
    **dict.fromkeys(("gap", "delay", "wait"), ("host_gap",)),
    **dict.fromkeys(("agent", "ua"), ("user_agent",)),
    **dict.fromkeys(("user", "password", "token"), ("auth",)),
    **dict.fromkeys(("authorization", "authentication", "credentials", "basic", "basic_auth"), ("auth",)),
    **dict.fromkeys(("bearer", "api_key", "key", "access_token"), ("token", "auth")),
    **dict.fromkeys(("header", "http_headers"), ("headers",)),
    **dict.fromkeys(("http_proxy", "https_proxy", "via"), ("proxy",)),
    **dict.fromkeys(("full", "full_text", "fulltext", "content", "fetch"), ("read",)),
    **dict.fromkeys(("filter", "drop", "hide", "none"), ("skip",)),
    **dict.fromkeys(("bind", "port"), ("listen",)),
    **dict.fromkeys(("alias", "aliases", "synonym", "synonyms", "spellings", "names", "keyword"), ("any",)),
    **dict.fromkeys(("context", "with", "beside", "only_with", "disambiguate"), ("context", "ambiguous")),
    **dict.fromkeys(("proximity", "distance", "slop", "max_distance", "apart"), ("within", "near")),
    **dict.fromkeys(("close", "close_to", "nearby", "next_to"), ("near",)),
    **dict.fromkeys(("expression", "boolean", "search", "rule", "line", "q"), ("query",)),
    **dict.fromkeys(("fragment", "reuse", "uses", "extends", "same_as"), ("use",)),
    **dict.fromkeys(("macros", "sets", "groups", "lists", "definitions", "aliases_for"), ("fragments",)),
    **dict.fromkeys(("title", "headline", "in_title", "headline_only", "titles_only", "only_title"), ("title_only",)),
    **dict.fromkeys(("lang", "langs", "language", "locale", "locales"), ("languages",)),
    **dict.fromkeys(("only_sources", "from_sources", "source", "only_from"), ("sources",)),
    **dict.fromkeys(
        ("exclude_sources", "not_sources", "skip_sources", "ignore_sources", "without_sources", "not_from"),
        ("except_sources",),
    ),
    **dict.fromkeys(("near_miss", "near_misses", "related", "report", "also_report"), ("report_near",)),
    **dict.fromkeys(("secret", "private", "hidden", "sensitive", "quiet"), ("confidential",)),
    **dict.fromkeys(("plural", "plurals", "possessive", "inflections", "inflected", "stemming"), ("forms",)),
    **dict.fromkeys(("examples", "tests", "should_match"), ("must_match",)),
    **dict.fromkeys(("counterexamples", "should_not_match", "must_not"), ("must_not_match",)),
}
"""What people write for a key of ours: of these, the first that exists there."""


def keys_of(form: type[Grammar]) -> frozenset[str]:
    """Every key of a form, at whatever level."""
    inner = (found for field in form.model_fields.values() if (found := inner_form(field.annotation)) is not None)
    return frozenset(known_keys(form)).union(*(keys_of(found) for found in inner))
