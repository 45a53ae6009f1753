"""The journal of acts in the portal: its tables, what is written to it, its pages."""
