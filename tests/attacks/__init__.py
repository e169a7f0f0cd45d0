"""What a hostile or unlucky visitor does, and how long another visitor waits meanwhile.

Each file is one kind of attack, run against a real `kam serve` on a small filled database of its own, on this machine
only, bounded in number and time:

    python -m tests.attacks.bodies            # all attacks of that file, with a line for each
    python -m tests.attacks.bodies flood      # those with this word in their name
    pytest tests/attacks                      # those that take seconds, as tests; with --long all of them

To add one, write a file with attacks like this; tests and command line find it by themselves:

    @attack(usual=True)                       # in the usual run too: it takes a few seconds
    def a_great_form(kam: Kam) -> Iterator[None]:
        with throwing(kam, forms):            # `forms` runs in a thread until `stop` is set
            yield                             # here another visitor's pages are measured for `seconds`
        assert "fault" not in kam.log()       # what must be true afterwards

    if __name__ == "__main__":
        main(__name__)

Whatever the attack is, the other visitor's 99th percentile stays below one second and none of their pages fails.
`kam` gives `port`, `cookie(role)`, `token(role)`, `log()`, `memory()` and `answer(raw_bytes)`; see `besieging.py`.
"""
