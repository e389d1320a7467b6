"""Who hears of it: rules decide, render writes, deliver sends, and backoff says when to try again."""
