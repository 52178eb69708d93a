"""Every write: verbs for people's changes, each in a change set that says who, when and why."""
