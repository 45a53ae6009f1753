"""The situation room: map, alarms, live log, situations and flows on one calm screen."""
