"""The description has every address of data and no other, is valid OpenAPI, and tells the truth of every answer."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator
from tests.portal.conftest import SignIn
from tests.portal.test_access import DATA, ROUTES, access_of

from quietude.portal.accounts.models import Scope
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.tokens import requires_token
from quietude.portal.openapi.document import data_routes, document
from quietude.portal.openapi.operations import OPERATIONS


def test_every_address_of_data_is_in_it_and_no_other() -> None:
    true = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.pattern) for route in ROUTES if access_of(route).answers == "data"
    }
    assert set(document()["paths"]) == true
    assert len(true) > len(DATA) > 15


def test_nothing_is_said_of_an_address_that_is_not_there() -> None:
    assert set(OPERATIONS) == {route.name for route in data_routes()}


def test_every_operation_says_its_right_and_what_it_takes() -> None:
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            needed = {part["name"] for part in operation["parameters"] if part["in"] == "path"}
            assert needed == set(re.findall(r"{(\w+)}", path))
            assert bool(operation["security"]) == (operation["x-right"] != "open to all")
            assert len(operation["summary"]) > 5


def test_names_of_operations_are_unique_and_every_schema_is_valid() -> None:
    described = [operation for methods in document()["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in described}) == len(described)
    for operation in described:
        for part in operation["parameters"]:
            Draft202012Validator.check_schema(part["schema"])
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                Draft202012Validator.check_schema(content.get("schema", {}))


def test_a_view_for_programs_says_its_scope() -> None:
    view = requires_token(Scope.FACTS_READ)(lambda _request: None)
    assert view.scope == Scope.FACTS_READ  # type: ignore[attr-defined]  # set by the decorator


@pytest.mark.parametrize("role", [Role.AGENT, Role.DPO])
def test_whoever_has_an_account_reads_it(role: Role, sign_in: SignIn) -> None:
    answer = sign_in(role).get("/openapi.json")
    assert answer.json() == document()
    assert answer.headers["Content-Type"] == "application/json"
