"""What chapters write: figures, numbers, glossary links, study notes, exercises, the colophon."""
