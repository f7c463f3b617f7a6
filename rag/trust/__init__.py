"""Whether words answer, and whether they support: the judge, the checks, and the verdict made of both."""
