"""What is on record about cited words: who says otherwise, what was corrected, what has become of an answer."""
