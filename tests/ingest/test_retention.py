from __future__ import annotations

from datetime import date

from tests.ingest.little_town import HEADER, LittleTown, row

OLD, EDGE, NEW = "28/02/2023 10:00", "01/03/2023 10:00", "02/02/2026 10:00"


def test_what_is_past_retention_is_refused_with_a_count(little: LittleTown) -> None:
    little.write(HEADER + row("A1", date=OLD) + row("A2", date=EDGE) + row("A3", date=NEW))
    report = little.run()
    assert (report.refused_past_retention, report.filed) == (1, 2)
    assert [fact["retain_until"] for fact in little.facts()] == [date(2026, 3, 1), date(2029, 2, 2)]


def test_open_history_is_kept_as_published(little: LittleTown) -> None:
    little.change(history="open")
    little.write(HEADER + row("A1", date=OLD))
    little.run()
    fact = little.facts()[0]
    assert (fact["text"], fact["source_key"], fact["retain_until"], fact["lon_deg"]) == ("musique", "A1", None, 5.32)


def test_history_for_statistics_keeps_zone_cell_and_day_only(little: LittleTown) -> None:
    little.change(
        history="statistics", map={"attributes": ["*"], "place": {"lon": "lon", "lat": "lat", "label": "texte"}}
    )
    little.write(HEADER + row("A1", date=OLD) + row("A2", date=NEW))
    report = little.run()
    assert (report.generalised, report.refused_past_retention) == (1, 0)
    new, old = sorted(little.facts(), key=lambda fact: len(fact["source_key"]))
    assert new["text"] == "musique"
    gone = ("title", "text", "place_label", "lon_deg", "lat_deg", "attributes", "hour_of_week", "retain_until")
    assert [old[name] for name in gone] == [None] * len(gone)
    assert old["source_key"] == old["uid"]
    assert (old["zone_quarter"], old["day"], old["time_precision"]) == ("west", date(2023, 2, 28), "day")
    assert old["occurred_from"].isoformat() == "2023-02-27T23:00:00+00:00"
    assert old["flags"] == ["retention:generalised"]
    assert old["h3"] is not None
