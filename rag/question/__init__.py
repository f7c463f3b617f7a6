"""A question to what it asks for: everything about it is found out here once and carried by the query."""
