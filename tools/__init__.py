"""How the things that Tugline ships are made; nothing here is shipped itself."""
