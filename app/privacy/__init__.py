"""What somebody can do about what is known of them: take it with them, leave a series, be erased."""
