"""The pages and answers of Explore, one module a subject."""
