"""The components of every page: tags and templates, one per thing, and the living page that shows them all."""
