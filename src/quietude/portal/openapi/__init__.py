"""The description of the addresses that answer data, in OpenAPI 3.1, for programs and for those who test us."""
