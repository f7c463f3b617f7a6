"""The doors of the server: how programs ask, each in the form that its users expect, all of them thin over one desk."""
