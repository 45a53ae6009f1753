"""Messages to persons outside the portal: kept before they are sent, sent by the town's own channels, naming nobody."""
