"""Pages of the data-protection officer: register, durations, rights of persons, breaches."""
