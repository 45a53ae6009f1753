"""What kind of place each place of the stage is: where people live, go out, park, bathe, wait for a bus."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from quietude.sources.simulator.draws import Draws, Floats, name_keys
from quietude.sources.simulator.stage import PLACE, Stage

CENTRE_REACH_M = 1_500.0  # how far a large town's centre is felt on foot

NAMED: dict[str, str] = {
    "roads": r"^(avenue|boulevard|chemin|route|rocade|quai|rond-point|cours|autoroute|rte|avenida|street|road)\b",
    "squares": r"^(place|placette|cours|esplanade|parvis|square|quai|rond-point|placa)\b",
    "parks": r"\b(parc|jardin|square|promenade|esplanade|bois|park|garden)\b",
    "beaches": r"\b(plages?|anse|calanque|baignade|corniche|base nautique|beach)\b",
    "estates": r"\b(cite|residence|hlm|clos|bastide|parc|lotissement|logis|hameau|grand ensemble|tours?)\b",
    "schools": r"\b(ecoles?|college|lycee|creche|groupe scolaire|universite|faculte|school)\b",
    "stations": r"\b(gare|metro|station|terminus|pole d'echanges?)\b",
    "stadium": r"\b(stade|velodrome|arena|stadium)\b",
    "landmarks": r"\b(eglise|musee|hotel|chateau|fort|mairie|theatre|monument|basilique|cathedrale|gare|palais|parc)\b",
}
"""Words in the names of places (folded), by profile: what a street is called says something of what it is."""

STAND_INS: dict[str, float] = {
    "roads": 0.2,
    "squares": 0.06,
    "parks": 0.03,
    "estates": 0.12,
    "schools": 0.03,
    "stations": 0.02,
    "landmarks": 0.03,
}
"""Share of all places that stand in where no name fits; a town without a beach has none."""

ENOUGH = 5  # places of a kind; with fewer, stand-ins are added, so that not all of a nature falls on one door

PROFILES = (
    "everywhere", "homes", "centre", "nightlife", "markets", "stops", "public_ground", *NAMED,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Terrain:
    """Weights of the stage's places, by profile, as one seed has them."""

    stage: Stage
    draws: Draws
    _made: dict[str, Floats] = field(default_factory=dict)

    def has(self, profile: str) -> bool:
        """Tell whether the town has any place of this profile."""
        return bool(self.weights(profile).any())

    def weights(self, profile: str) -> Floats:
        """Return the weight of each place (sum 1, or 0 where the town has no such place).

        Raises:
            KeyError: there is no such profile.
        """
        if profile not in PROFILES:
            raise KeyError(f"no profile {profile!r}; expected one of {', '.join(PROFILES)}")
        if profile not in self._made:
            raw = self._base(profile) * self._contrast(profile)
            self._made[profile] = raw / raw.sum() if raw.any() else raw
        return self._made[profile]

    def around(self, profile: str, x_m: float, y_m: float, radius_m: float) -> Floats:
        """Return the weights of the places of a profile about a point, by a bell curve of `radius_m`."""
        stage = self.stage
        nearness = np.exp(-((stage.x_m - x_m) ** 2 + (stage.y_m - y_m) ** 2) / (2 * radius_m**2))
        weights = np.sqrt(self.weights(profile)) * nearness
        return weights if weights.sum() > 1e-12 else nearness + 1e-300

    def _base(self, profile: str) -> Floats:
        """Return how well each place suits a profile, before chance makes some livelier than others."""
        centre = np.exp(-np.hypot(self.stage.x_m, self.stage.y_m) / CENTRE_REACH_M)
        squares, roads = self._named("squares"), self._named("roads")
        made: dict[str, Callable[[], Floats]] = {
            "everywhere": lambda: np.ones(self.stage.size),
            "homes": self._people,
            "centre": lambda: centre,
            "nightlife": lambda: centre**2 * self._some(profile, 0.12) * (1 + 3 * squares),
            "markets": lambda: centre * self._some(profile, 0.02) * (0.1 + squares),
            "stops": lambda: self._some(profile, 0.15) * (0.05 + roads + squares),
            "public_ground": lambda: 0.2 + squares + self._named("parks"),
        }
        return made[profile]() if profile in made else self._named(profile)

    def _named(self, profile: str) -> Floats:
        pattern = re.compile(NAMED[profile])
        fits = np.array([pattern.search(name) is not None for name in self.stage.folded], dtype=np.float64)
        if profile == "schools":
            fits *= np.where(self.stage.kind == PLACE, 1.0, 0.05)  # "Rue des Écoles" is no school
        if profile == "stadium":
            return self._one(fits)
        if fits.sum() < ENOUGH and profile in STAND_INS:
            fits = np.maximum(fits, self._some(profile, STAND_INS[profile]))
        return fits

    def _one(self, fits: Floats) -> Floats:
        """Return 1 at one of the places that fit, or at one large road."""
        candidates = np.flatnonzero(fits if fits.any() else self._named("roads"))
        chosen = np.zeros(self.stage.size)
        if len(candidates) > 0:
            chosen[candidates[int(np.argmin(self.draws.uniform(self.stage.key[candidates], "stadium")))]] = 1.0
        return chosen

    def _some(self, name: str, share: float) -> Floats:
        """Return 1 for the share of places that chance picks."""
        return (self.draws.uniform(self.stage.key, f"some/{name}") < share).astype(np.float64)

    def _people(self) -> Floats:
        """Return each place's part of its zone's inhabitants; alike where they are not known."""
        streets = np.bincount(self.stage.zone, minlength=len(self.stage.zones))
        known = [zone.population for zone in self.stage.zones if zone.population is not None]
        usual = float(np.mean(known)) if known else 1.0
        people = np.array([usual if zone.population is None else float(zone.population) for zone in self.stage.zones])
        if not known:
            people = np.sqrt(streets.astype(np.float64))  # more streets, more people, but fewer in each
        part: Floats = people[self.stage.zone] / np.maximum(streets[self.stage.zone], 1)
        return part

    def _contrast(self, profile: str) -> Floats:
        """Return factors that make some zones, and in them some streets, livelier than others."""
        zone_keys = name_keys([zone.code for zone in self.stage.zones])
        of_zone = np.exp(0.55 * self.draws.normal(zone_keys, f"zone/{profile}"))
        factors: Floats = of_zone[self.stage.zone] * np.exp(
            0.7 * self.draws.normal(self.stage.key, f"street/{profile}")
        )
        return factors
