"""Records that come by themselves: acknowledged once they are on disk, then filed as facts by their manifest."""
