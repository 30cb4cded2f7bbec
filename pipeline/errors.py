"""The one family of errors.

A `QuarterdeckError` is a message to a person: it says what was given, which rule it broke and what
would work, and the command line prints it without a traceback. Anything else that reaches the
command line is a fault of the program and keeps its traceback.
"""


class QuarterdeckError(Exception):
    """Something the user can mend; `str()` of it is the whole message.

    Args:
        problem: one sentence that names the argument, file or table, the rule and the value seen.
        remedy: one sentence with the way out; empty if the problem already contains it.
    """

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class UsageError(QuarterdeckError):
    """A command, parameter or setting that cannot be understood."""

    exit_code = 2


class CompanyError(UsageError):
    """`company.toml` breaks a rule."""


class SourceError(QuarterdeckError):
    """A file or database that cannot be read or matched to a table."""


class WarehouseError(QuarterdeckError):
    """The warehouse cannot be opened, read or written."""


class NotEnoughData(QuarterdeckError):
    """An estimate was asked of data too short or too few to support it.

    Models raise it; analyses turn it into a sentence of the report.
    """


class ModelInputError(QuarterdeckError):
    """A model was given values outside its domain (wrong shape, negative, not finite)."""


class PublishError(QuarterdeckError):
    """A run could not be published; the last published report is untouched."""
