"""Ways of telling how alike pictures look."""
