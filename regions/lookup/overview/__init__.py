"""The whole at a glance: who covers what, where nobody does, what overlaps. No rules of its own: counts of what `lookup` answers."""
