"""What a failed server must say: phase, class and code, one sentence with the facts, and a hint."""
import json
import re


class Expected:
    """`message` and `hint` are regular expressions that must be found in the failure's own."""

    def __init__(self, code, failure_class, phase, message, hint=r"\w"):
        self.code, self.failure_class, self.phase, self.message, self.hint = code, failure_class, phase, message, hint

    def check(self, done, status="down", exit_status=1):
        """Holds the run of one server against it and returns its result."""
        assert done.stdout, done.stderr
        document = json.loads(done.stdout)
        result, = document["results"]
        error = result["error"]
        assert error is not None, result
        found = error["code"], error["class"], error["phase"], result["status"]
        assert found == (self.code, self.failure_class, self.phase, status), error
        assert re.search(self.message, error["message"]), error["message"]
        assert re.search(self.hint, error["hint"]), error["hint"]
        for sentence in (error["message"], error["hint"]):
            assert sentence == sentence.strip() and not sentence.endswith(".") and "\n" not in sentence, error
        assert result["history"][-1]["error"] == error
        assert document["summary"]["failures"] == {self.failure_class: 1}
        assert document["summary"]["failure_codes"] == {self.code: 1}
        assert done.returncode == exit_status, done.stderr
        return result


def up(document_and_process):
    """Holds the run of one server to its being up and returns its result."""
    document, done = document_and_process
    result, = document["results"]
    assert (done.returncode, result["status"]) == (0, "up"), result["error"]
    return result
