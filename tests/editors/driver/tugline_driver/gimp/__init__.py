"""Remote control of GIMP for the tests: runs the Python that they send in a plug-in's process."""
