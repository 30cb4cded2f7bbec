"""One module per chapter of the handbook: a book goes in, a frozen result of tables comes out."""
