"""The journal of acts: who collected, changed, consulted, gave, linked or erased what, so that tampering shows."""
