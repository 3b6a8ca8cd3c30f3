"""How the features are made by which inversion tells how alike two pictures look.

A small network (``inversion/perceptual/features.py`` of the daemon) is shown a picture and two
distortions of it, of which one lies farther off, and learns to tell which. No person judged them;
what is known without one:

- more of the same distortion is farther off (``distortions.py``);
- one distortion on top of another is farther off than the other alone;
- a critter whose parameters went farther from where they were is farther off (``walks.py``);
- of two different distortions, one that is hardly seen is nearer than one that ruins a picture:
  ``distortions.py`` says from which amount to which each one goes, which is our judgement.

The pictures (``pictures.py``) are critters, dead leaves (``leaves.py``), and photographs where a
wheel of scikit-image is named, which brings some in the public domain:
``pip download --no-deps scikit-image==0.26.0``. Those that ``judge`` measures with are held out:
other critters and leaves, four photographs, and four kinds of distortion.
"""
