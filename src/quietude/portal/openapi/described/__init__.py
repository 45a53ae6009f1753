"""What each address of data takes and answers, app by app."""
