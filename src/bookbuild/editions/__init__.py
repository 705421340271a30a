"""The forms in which the book is published: the site, the zip, the EPUB, the PDF."""
