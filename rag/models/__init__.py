"""Who writes the sentences: nobody, a local model, or a remote one, behind one protocol."""
