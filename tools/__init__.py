"""What `./dev` does behind its verbs. Standard library only: it runs before anything is installed."""
