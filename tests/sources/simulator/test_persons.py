from __future__ import annotations

import re

import numpy as np
import polars as pl

from quietude.sources.simulator.draws import Draws, mix
from quietude.sources.simulator.persons import birth_years, mail_addresses, plates, telephones

KEYS = mix(np.arange(2_000, dtype=np.uint64))


def digits(number: str) -> str:
    return re.sub(r"\D", "", number.replace("+33 ", "0"))


def test_telephone_numbers_are_those_kept_for_fiction() -> None:
    numbers = [digits(number) for number in telephones(KEYS, Draws(7))]
    assert {number[:6] for number in numbers} == {"063998", "046571", "019900"}
    assert {len(number) for number in numbers} == {10}


def test_telephone_numbers_are_written_in_several_ways() -> None:
    written = telephones(KEYS, Draws(7))
    assert {re.sub(r"\d", "9", number) for number in written} == {
        "99 99 99 99 99",
        "99.99.99.99.99",
        "9999999999",
        "+99 9 99 99 99 99",
    }


def test_plates_hold_a_block_that_is_never_issued() -> None:
    written = plates(KEYS, Draws(7))
    assert all(re.fullmatch(r"[A-HJ-NP-TV-Z]{2}[- ]\d{3}[- ][A-HJ-NP-TV-Z]{2}", plate) for plate in written)
    assert all("SS" in (plate[:2], plate[-2:]) for plate in written)


def test_mail_addresses_are_at_domains_of_examples_and_plain() -> None:
    made = mail_addresses(pl.Series(["Éloïse"]), pl.Series(["Santorelli-Faure"]), pl.Series(["example.org"]))
    assert made.to_list() == ["eloise.santorelli-faure@example.org"]


def test_birth_years_are_two_digits_of_adults() -> None:
    years = birth_years(KEYS, Draws(7)).cast(pl.Int64)
    assert years.min() == 45
    assert years.max() == 99
