"""The user's models: what comes with Tugline, and what lies in the folder of models.

A model is two files side by side, ``NAME.json`` (its card) and ``NAME.safetensors`` (its weights),
and, if they are there, ``NAME.png`` (its thumbnail) and ``NAME.principal`` (the principal
directions of its W). What lives here: cards (``cards.py``), the list of models (``store.py``),
thumbnails, principal directions (``principal.py``), saved latents, a model made into a generator
(``loading.py``) and a generator made into a model (``adding.py``). What does not: the wire, and how
a file of weights is read. Nothing is imported here: only ``loading.py``, ``adding.py`` and
``principal.py`` need torch, and the broker must not.
"""
