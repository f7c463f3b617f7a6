"""The web: from an address to what its server has, under rules that no server can bend."""
