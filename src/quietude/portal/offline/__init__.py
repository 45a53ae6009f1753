"""Work without network: the installed portal, its worker, pages that stand in, the key to what waits on a device."""
