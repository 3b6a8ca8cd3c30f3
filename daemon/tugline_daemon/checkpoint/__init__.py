"""Files to networks: safe readers and writers of weights.

What lives here: what is wrong with a file (``errors.py``), writing a file whole or not at all
(``whole_file.py``), safetensors read with every bound checked (``safetensors_file.py``, without
torch), tensors and their hash (``weights.py``), and a file made into a generator
(``generators.py``). What does not: the wire, the list of the user's models, networks themselves.
Nothing is imported here, so that reading a saved latent does not cost importing torch.
"""
