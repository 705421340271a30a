"""Builds the book: runs the scripts, embeds what they made, writes the pages and the editions."""
