"""Every order of events on the pure line, tried against a small printer with a physical truth.

`python -m tests.production.exploration --help`. A state of the search is a line as last
committed, the effects that the shell still has to carry out, the printer as it really is,
and what the line has been told of it. A move is anything that can happen next. Laws are
checked at every move and in every state; a broken one is printed as a story.
"""
