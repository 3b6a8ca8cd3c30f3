"""The user's models: what comes with Tugline, and what lies in the folder of models.

A model is three files side by side: ``NAME.json`` (its card), ``NAME.safetensors`` (its weights)
and, if there is one, ``NAME.png`` (its thumbnail). What lives here: cards (``cards.py``), the list
of models (``store.py``), thumbnails, saved latents, a model made into a generator
(``loading.py``) and a generator made into a model (``adding.py``). What does not: the wire, and how
a file of weights is read. Nothing is imported here: only ``loading.py`` and ``adding.py`` need
torch, and the broker must not.
"""
