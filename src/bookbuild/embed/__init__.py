"""What chapters write: figures, numbers, glossary links, study notes, commands of exercises, the colophon."""
