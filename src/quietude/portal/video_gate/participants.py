"""Who kept and withdrew authorisations of video, in the life of data."""

from __future__ import annotations

from quietude.portal.participants import Rows

PARTICIPANTS = (Rows(table="video_gate.Authorisation"),)
