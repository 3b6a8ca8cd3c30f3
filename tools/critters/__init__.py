"""How the default model, critters, is made.

``parameters.py`` says what can differ, ``anatomy.py`` turns that into ellipsoids, ``painting.py``
and ``renderer.py`` draw them, ``landmarks.py`` knows where eyes and mouths are. ``pictures.py``,
``forward.py`` and ``train.py`` teach a StyleGAN2 to draw the same, by the numbers in ``recipe.py``;
``grid.py`` shows it, ``export.py`` writes the model's files. ``README.md`` tells what was tried.
"""
