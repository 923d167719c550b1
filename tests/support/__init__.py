"""Building blocks of the tests: servers that misbehave on purpose, on free ports of the loopback interface."""
