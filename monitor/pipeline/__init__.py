"""The path from source to alert: the only part that both decides and acts.

::

    claim      the store leases due hosts, and first moves their next poll ahead   poll.py
      | fetch      bytes, 304 or a reason                      (no transaction)    monitor.fetch
      | parse      entries or a reason, in a worker            (no transaction)    monitor.parse, reading.py
      | normalise  keys, canonical addresses, plain texts      (in that worker)    monitor.analysis
      v
    record     what is new or revised          \\
    match      entries against the topics       |  one transaction of whole documents,
    cluster    the matched ones into stories    |  each in a savepoint fenced by its      record.py, writer.py
    alert      the rules, with their reasons    |  token; validators and next poll with it
    outbox     a row for each message          /
      v
    deliver    claim, commit; render, store, send; mark, commit                    deliver.py

:mod:`~monitor.pipeline.force` is the watchlist in force, :mod:`~monitor.pipeline.health` judges sources,
:mod:`~monitor.pipeline.replay` and :mod:`~monitor.pipeline.explain` walk the same path for recorded entries
and backwards.
"""
