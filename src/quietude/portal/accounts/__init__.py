"""Accounts: who signs in, which role they hold, which rights and which view of the facts the role gives."""
