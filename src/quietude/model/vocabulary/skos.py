"""The vocabulary as SKOS (W3C Recommendation of 18 August 2009), for other cities and other software."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal as OneOf

from rdflib import RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from quietude.model.vocabulary.term import LANGUAGES, SCHEMES, Term
from quietude.model.vocabulary.vocabulary import Vocabulary

BASE = "urn:quietude:vocabulary:"
PROPERTIES = Namespace("urn:quietude:property:")

Format = OneOf["turtle", "json-ld"]

TITLES = {
    "fr": "Vocabulaire de la tranquillité publique",
    "en": "Vocabulary of public tranquility",
}
MAPPED = {
    "sdm_alert": "Smart Data Models, Alert: category/subCategory",
    "ssmsi": "SSMSI, indicateurs de la délinquance enregistrée",
    "open311": "Service codes in the manner of Open311 GeoReport v2",
}


def export(vocabulary: Vocabulary, form: Format, *, base: str = BASE) -> str:
    """Return the vocabulary as text; `base` is what the address of every concept begins with."""
    return to_graph(vocabulary, base=base).serialize(format=form)


def to_graph(vocabulary: Vocabulary, *, base: str = BASE) -> Graph:
    """Return the vocabulary as a concept scheme, with one more scheme for each that terms are mapped to."""
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("q", PROPERTIES)
    scheme = URIRef(f"{base}scheme")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    for language in LANGUAGES:
        graph.add((scheme, DCTERMS.title, Literal(TITLES[language], lang=language)))
    for term in vocabulary.terms:
        _add_term(graph, term, base, scheme)
    for name in SCHEMES:
        _add_mapped(graph, name, vocabulary.terms, base)
    return graph


def _add_term(graph: Graph, term: Term, base: str, scheme: URIRef) -> None:
    concept = URIRef(base + term.code)
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, scheme))
    graph.add((concept, SKOS.notation, Literal(term.code)))
    graph.add((concept, PROPERTIES.severity, Literal(term.severity, datatype=XSD.integer)))
    if term.origin is not None:
        graph.add((concept, PROPERTIES.origin, Literal(term.origin.value)))
    for language in LANGUAGES:
        graph.add((concept, SKOS.prefLabel, Literal(term.label(language), lang=language)))
        graph.add((concept, SKOS.definition, Literal(term.definition(language), lang=language)))
        for words in term.synonyms.get(language, ()):
            graph.add((concept, SKOS.altLabel, Literal(words, lang=language)))
    if term.parent is None:
        graph.add((concept, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, concept))
    else:
        graph.add((concept, SKOS.broader, URIRef(base + term.parent)))
        graph.add((URIRef(base + term.parent), SKOS.narrower, concept))


def _add_mapped(graph: Graph, name: str, terms: Iterable[Term], base: str) -> None:
    """Add the scheme `name` with the values that terms are mapped to, and the matches."""
    scheme = URIRef(f"{base}scheme:{name}")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, RDFS.label, Literal(MAPPED[name])))
    for term in terms:
        for value in term.mappings.get(name, ()):
            concept = URIRef(f"{base}scheme:{name}:{_in_address(value)}")
            graph.add((concept, RDF.type, SKOS.Concept))
            graph.add((concept, SKOS.inScheme, scheme))
            graph.add((concept, SKOS.notation, Literal(value)))
            graph.add((concept, SKOS.prefLabel, Literal(value)))
            graph.add((URIRef(base + term.code), SKOS.closeMatch, concept))


def _in_address(words: str) -> str:
    """Return words as they may stand in an address: all but letters and digits as %XX of their UTF-8 bytes."""
    return "".join(
        chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"%{byte:02X}" for byte in words.encode()
    )
