"""Whatever is renewed and returned where, and in whatever order it comes: all agree, nobody is forgotten."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.cases.actions import open_cases
from sharing.journal.store import Reader
from sharing.lending.entries import RenewalAsked, RenewalDecided
from sharing.terms.actions import asked_rules
from tests.sharing.waiting.trio import ITEMS, NODES, Template, Trio, make_template

Step = tuple[str, str, str]

STEPS = st.tuples(
    st.sampled_from(
        ["renew", "renew", "renew", "sooner", "return", "take", "suspend", "rules", "hear", "tell", "decide"]
    ),
    st.sampled_from(NODES),
    st.sampled_from(ITEMS),
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Three machines that each history begins with."""
    return make_template(tmp_path_factory.mktemp("template"))


def _data(read: Reader, kind: str) -> list[tuple[str, bytes]]:
    return [
        (bytes(key).hex(), bytes(data))
        for key, data in read.rows("SELECT id, data FROM entry WHERE kind = ?", (kind,))
    ]


def check(trio: Trio) -> Counter[str]:
    """See that each request has one answer and each decline one case; gives how often each answer came."""
    with trio.store("two").reader() as read:
        asked = {key for key, _ in _data(read, RenewalAsked.KIND)}
        decided = [data for _, data in _data(read, RenewalDecided.KIND)]
        elsewhere = {
            bytes(row[0]).hex()
            for row in read.rows(
                "SELECT e.id FROM entry e JOIN position p ON p.entry = e.id"
                " WHERE e.kind = 'renewal.asked' AND p.node <> 'home'"
            )
        }
        left = read.rows("SELECT declined FROM renewal")
        open_asks = read.rows("SELECT id FROM loan_line WHERE back_at IS NULL AND asked_due IS NOT NULL")
        broken = read.rows("SELECT id FROM loan_line WHERE due <= out_at OR renewals < 0")
    verdicts = [msgspec.json.decode(data, type=RenewalDecided) for data in decided]
    declined = [one for one in verdicts if one.declined]
    assert sorted(one.decides for one in verdicts if one.decides) == sorted(elsewhere)
    assert elsewhere <= asked
    cases = Counter(case.kind for case in open_cases(trio.store("one")))
    assert cases["renewal_declined"] == len(declined)
    assert len(left) == len(declined)
    assert None not in {row[0] for row in left}
    assert (open_asks, broken) == ([], [])
    assert asked_rules(trio.store("one")) == ()
    return Counter(one.declined for one in verdicts)


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(STEPS, min_size=8, max_size=40))
def test_in_any_order_all_machines_agree_and_each_decline_is_one_case(
    template: Template, steps: list[Step]
) -> None:
    with TemporaryDirectory() as folder:
        trio = Trio(template, Path(folder))
        try:
            for what, node, item in steps:
                trio.do(what, node, item)
            trio.converge()
            check(trio)
        finally:
            trio.close()


def test_the_histories_decline_and_grant(template: Template, tmp_path: Path) -> None:
    """The law above would hold as well if nothing were ever declined."""
    trio = Trio(template, tmp_path)
    steps: list[Step] = [
        ("renew", "one", "beamer1"), ("renew", "two", "beamer1"), ("renew", "two", "beamer2"),
        ("return", "one", "beamer2"), ("rules", "home", "beamer1"), ("hear", "two", ""),
        ("decide", "home", ""), ("suspend", "home", "beamer1"), ("renew", "one", "beamer3"),
        ("hear", "one", ""),
    ]  # fmt: skip
    for what, node, item in steps:
        trio.do(what, node, item or ITEMS[0])
    trio.converge()
    found = check(trio)
    trio.close()
    assert found[""] >= 1
    assert sum(found.values()) - found[""] >= 1
