"""The faces: command line, chat, HTTP. All thin over the desk."""
