"""Integrity as the SKOS Reference states it; S numbers are its conditions."""

from collections import Counter

import pytest
from rdflib import RDF, SKOS, Graph, URIRef

from quietude.model.vocabulary import LANGUAGES, load_vocabulary
from quietude.model.vocabulary.skos import BASE, Format, export

VOCABULARY = load_vocabulary()
SCHEME = URIRef(f"{BASE}scheme")


@pytest.fixture(scope="module", params=["turtle", "json-ld"])
def graph(request: pytest.FixtureRequest) -> Graph:
    """Return the vocabulary as another program reads it."""
    form: Format = request.param
    return Graph().parse(data=export(VOCABULARY, form), format=form)


def concepts(graph: Graph) -> set[URIRef]:
    return {URIRef(str(subject)) for subject in graph.subjects(SKOS.inScheme, SCHEME)}


def test_every_term_is_a_concept_of_the_scheme(graph: Graph) -> None:
    assert concepts(graph) == {URIRef(BASE + term.code) for term in VOCABULARY.terms}
    assert all((concept, RDF.type, SKOS.Concept) in graph for concept in concepts(graph))


def test_schemes_are_no_concepts_s9(graph: Graph) -> None:
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    assert len(schemes) == 4
    assert not schemes & set(graph.subjects(RDF.type, SKOS.Concept))


def test_a_label_is_preferred_or_alternative_never_both_s13(graph: Graph) -> None:
    preferred = set(graph.subject_objects(SKOS.prefLabel))
    assert not preferred & set(graph.subject_objects(SKOS.altLabel))


def test_there_is_one_preferred_label_a_language_s14(graph: Graph) -> None:
    counted = Counter(
        (subject, getattr(label, "language", None)) for subject, label in graph.subject_objects(SKOS.prefLabel)
    )
    assert set(counted.values()) == {1}
    assert all(counted[concept, language] == 1 for concept in concepts(graph) for language in LANGUAGES)


def test_every_concept_is_defined_in_every_language(graph: Graph) -> None:
    defined = {(subject, getattr(text, "language", None)) for subject, text in graph.subject_objects(SKOS.definition)}
    assert defined == {(concept, language) for concept in concepts(graph) for language in LANGUAGES}


def test_broader_and_narrower_mirror_each_other_s25(graph: Graph) -> None:
    broader = set(graph.subject_objects(SKOS.broader))
    assert broader == {(below, above) for above, below in graph.subject_objects(SKOS.narrower)}
    assert broader == {
        (URIRef(BASE + term.code), URIRef(BASE + term.parent)) for term in VOCABULARY.terms if term.parent is not None
    }


def test_families_are_the_top_concepts_s7_s8(graph: Graph) -> None:
    families = {URIRef(BASE + family.code) for family in VOCABULARY.families}
    assert set(graph.objects(SCHEME, SKOS.hasTopConcept)) == families
    assert set(graph.subjects(SKOS.topConceptOf, SCHEME)) == families


def test_notations_are_the_codes(graph: Graph) -> None:
    found = {str(graph.value(concept, SKOS.notation)) for concept in concepts(graph)}
    assert found == {term.code for term in VOCABULARY.terms}


def test_matches_lead_to_concepts_of_other_schemes_s39(graph: Graph) -> None:
    matches = list(graph.subject_objects(SKOS.closeMatch))
    expected = sum(len(values) for term in VOCABULARY.terms for values in term.mappings.values())
    assert len(matches) == expected
    assert all(subject in concepts(graph) for subject, _ in matches)
    assert all((target, RDF.type, SKOS.Concept) in graph for _, target in matches)
    assert all((target, SKOS.inScheme, SCHEME) not in graph for _, target in matches)
