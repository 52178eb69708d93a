"""Per region, which services include and exclude it: bitmaps derived from the rules, never the truth.

`rules.py` says what the rules amount to, `write.py` keeps the rows in step with them, `memory.py` is what a process
keeps of them. Everything here can be dropped and rebuilt: `manage.py rebuild_postings`.
"""

from contextvars import ContextVar

# Set while a change set is open: what it changed is not in the index yet, so questions asked meanwhile go to SQL.
writing: ContextVar[bool] = ContextVar("writing_postings", default=False)
