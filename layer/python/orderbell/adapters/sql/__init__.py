"""PostgreSQL: the schema (SQLAlchemy, never imported by a hot function), the statements and the ledger (psycopg2)."""
