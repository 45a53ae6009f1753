"""Documents of other systems, followed by the connectors of their manifests."""
