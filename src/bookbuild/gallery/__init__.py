"""The scripts: which of them must run, and what each one leaves for the pages."""
