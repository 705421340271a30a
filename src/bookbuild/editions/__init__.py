"""The forms in which the book is published: the site, the EPUB, the zip."""
