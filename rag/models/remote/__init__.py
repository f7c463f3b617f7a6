"""Models behind an address: one way of asking, with limits on its time and on what comes, and what each protocol looks like."""
