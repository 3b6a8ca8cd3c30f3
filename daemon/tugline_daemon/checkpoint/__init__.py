"""Files to networks: safe readers and writers of weights.

What lives here: what is wrong with a file (``errors.py``), writing a file whole or not at all
(``whole_file.py``), safetensors read with every bound checked (``safetensors_file.py``, without
torch), tensors and their hash (``weights.py``), and a file made into a generator
(``generators.py``). What fits a model to one picture: ``tuning_card.py``, ``tuning_factors.py``
(both without torch) and ``tuning_file.py``.

A stranger's file becomes one of ours in ``conversion.py``: ``isolation.py`` starts a process that
confines itself (``confinement.py``, ``seccomp.py``), reads bytes into records (``inert``), finds a
network in them (``foreign``), and tells of it over a pipe (``reader_process.py``, ``telling.py``,
``passing.py``).

What does not live here: the wire, the list of the user's models, networks themselves. Nothing is
imported here, so that reading a saved latent does not cost importing torch.
"""
