"""Statistics that know nothing of sales: arrays and tables in, estimates with their uncertainty out."""
