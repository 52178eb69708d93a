"""Following successions to the end."""

from regions.gazetteer.chains import Chains


def chains(*edges, current="xyz"):
    return Chains(set(current), edges)


def test_a_current_life_leads_to_itself():
    assert chains().successors("x") == {"x"}


def test_a_chain_is_followed_to_its_end():
    assert chains(("a", "b"), ("b", "c"), ("c", "x")).successors("a") == {"x"}


def test_a_split_leads_to_all_parts():
    assert chains(("a", "x"), ("a", "b"), ("b", "y"), ("b", "x")).successors("a") == {"x", "y"}


def test_a_dead_end_leads_to_nothing_and_is_named():
    net = chains(("a", "b"), ("a", "x"))
    assert net.successors("b") == set()
    assert net.successors("a") == {"x"}
    assert net.dead_ends("a") == {"b"}
    assert net.dead_ends("b") == set()


def test_a_cycle_ends_and_is_found():
    net = chains(("a", "b"), ("b", "a"), ("b", "x"))
    assert net.successors("a") == {"x"}
    assert net.cycles() == ["a"]
    assert chains(("a", "b"), ("c", "b"), ("b", "x")).cycles() == []
