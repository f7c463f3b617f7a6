"""The chat in the browser, file by file as a question goes through it.

``page`` lays it out and wires it; ``asking`` turns the events of a desk into what is shown; ``answers`` shows an answer and its
sources, ``articles`` an article with the quoted words marked, ``opening`` what the collection is; ``citing`` writes a citation for
others. Whatever is shown is a template of ``assets``, filled by ``templates``, which escapes every value.
"""
