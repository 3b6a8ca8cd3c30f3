"""The user's models: what comes with Tugline, and what lies in the folder of models.

A model is two files side by side, ``NAME.json`` (its card) and ``NAME.safetensors`` (its weights),
and, if they are there, ``NAME.png`` (its thumbnail), ``NAME.samples.png`` (a sheet of samples) and
``NAME.principal`` (the principal directions of its W).

What lives here:

- what a model is: ``cards.py``, ``store.py`` (the list), ``thumbnails.py``, ``principal.py``,
  ``samples.py``, ``latents.py`` (saved latents);
- what fits one to a picture: ``tunings.py``, the small files that inversion leaves;
- what is done with one: ``loading.py`` makes it a generator, ``adding.py`` makes a generator a
  model, ``removing.py``, ``verifying.py``;
- how anyone's weights become one: ``wishes.py`` (what the user wants, and whether it can be, with
  ``sources.py`` and ``names.py``), ``importing.py``, ``bringing.py``, ``workshop.py`` (where it is
  made), ``stages.py`` (how far it is);
- where weights come from: ``available.py`` (public models), ``memory.py`` (what is remembered of
  them), and ``fetching.py`` with ``addresses.py``, ``connection.py`` and ``parts.py``;
- an import in a process of its own: ``import_process.py`` and ``import_lines.py``.

What does not: the wire, and how a file of weights is read. Nothing is imported here: the broker
lists models without torch, and only an import reaches for the network.
"""
