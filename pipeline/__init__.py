"""Quarterdeck: the monthly sales review of a B2B sales organisation."""
