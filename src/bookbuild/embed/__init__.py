"""What chapters write: figures, numbers, glossary links, study notes, the colophon."""
