"""What both editors' plugins are without their editor: the edit and how it talks to the daemon.

Arrows (handle points and their targets), gestures, masks, the history of an edit and how a document
keeps it, where a picture lies in a document, the connection to the daemon and what is sent when.
Nothing here knows Krita, GIMP, Qt or GTK, and nothing here waits.
"""
