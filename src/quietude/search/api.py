"""What other packages may use of the search: the index, what is asked of it, saved searches, the language."""

from quietude.search.analysis import Analyser, Language, Token, analyse, analyser, terms
from quietude.search.arrivals import searchable_files
from quietude.search.excerpts import Piece, excerpt, nearest_word
from quietude.search.folder import has_index
from quietude.search.following import Facts, Followed, Writer
from quietude.search.index import Asked, Found, Hit, Index
from quietude.search.paper_conditions import Of, foreign
from quietude.search.paper_index import AskedPapers, BestPage, FoundPapers, PaperIndex
from quietude.search.paper_writing import PaperWriter
from quietude.search.papers import Changed, Mark, Paper, PaperPage, Way
from quietude.search.percolator import Percolator
from quietude.search.query import Search, read_search, search_of
from quietude.search.query_notes import Left, Note
from quietude.search.query_predicate import Analysed, Predicate, analysed, analysed_fact, predicate
from quietude.search.query_tree import FIELDS, ONLY_DOCUMENTS, All, AnyOf, Fuzzy, Node, Prefix, Term, leaves
from quietude.search.suggestions import Begun, Suggester
from quietude.search.synonyms import Synonyms, SynonymsError, expand, load_synonyms

__all__ = [
    "FIELDS",
    "ONLY_DOCUMENTS",
    "All",
    "Analysed",
    "Analyser",
    "AnyOf",
    "Asked",
    "AskedPapers",
    "Begun",
    "BestPage",
    "Changed",
    "Facts",
    "Followed",
    "Found",
    "FoundPapers",
    "Fuzzy",
    "Hit",
    "Index",
    "Language",
    "Left",
    "Mark",
    "Node",
    "Note",
    "Of",
    "Paper",
    "PaperIndex",
    "PaperPage",
    "PaperWriter",
    "Percolator",
    "Piece",
    "Predicate",
    "Prefix",
    "Search",
    "Suggester",
    "Synonyms",
    "SynonymsError",
    "Term",
    "Token",
    "Way",
    "Writer",
    "analyse",
    "analysed",
    "analysed_fact",
    "analyser",
    "excerpt",
    "expand",
    "foreign",
    "has_index",
    "leaves",
    "load_synonyms",
    "nearest_word",
    "predicate",
    "read_search",
    "search_of",
    "searchable_files",
    "terms",
]
