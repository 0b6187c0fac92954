"""What is done with people: one list of use cases, whose code stands by verb in the files beside this one."""

from __future__ import annotations

from sharing.people.issuing import (
    issue_card,
    issue_day_card,
    replace_card,
    replace_cards,
    revoke_card,
    revoke_cards_of,
)
from sharing.people.organisations import (
    add_member,
    change_organisation,
    kind_named,
    organisation_changed,
    register_organisation,
    remove_member,
)
from sharing.people.persons import (
    Actor,
    ChangePerson,
    RegisterPerson,
    accept_terms,
    actor_id,
    change_person,
    grant_role,
    instruct,
    person_fields,
    register_person,
    registered,
    suspend,
    withdraw_role,
)
from sharing.people.pins import check_pin, set_pin
from sharing.people.reading import (
    card_of,
    cards_of,
    find_organisations,
    find_persons,
    holder_of,
    in_use,
    members_of,
    organisation,
    person,
    read_persons_ahead,
)

__all__ = [
    "Actor", "ChangePerson", "RegisterPerson", "accept_terms", "actor_id", "add_member", "card_of",
    "cards_of", "change_organisation", "change_person", "check_pin", "find_organisations",
    "find_persons", "grant_role", "holder_of", "in_use", "instruct", "issue_card", "issue_day_card",
    "kind_named", "members_of", "organisation", "organisation_changed", "person", "person_fields",
    "read_persons_ahead", "register_organisation", "register_person", "registered", "remove_member",
    "replace_card", "replace_cards", "revoke_card", "revoke_cards_of", "set_pin", "suspend", "withdraw_role",
]  # fmt: skip
