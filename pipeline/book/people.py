"""People of the sales organisation."""

import pandas as pd

from pipeline.book.days import day_literal
from pipeline.book.section import Asked, Section


class People(Section):
    """People, with their place in the organisation."""

    def all(self) -> pd.DataFrame:
        """Everybody who had joined by the book's date, one row per person.

        Columns: person_id, name, role, department, market, manager_id, email, joined_on, left_on (empty until
        known), is_active. A scope of a market, department or person holds its people; a scope of a business
        or
        product line holds everybody, since people have no line.
        """
        return self._once(("all",), self._all)

    def managers(self) -> dict[str, str]:
        """The person who manages each market now, by market; a market without one is absent."""
        people = self._book.whole.people.all()
        in_charge = people[(people["role"] == "market_manager") & people["is_active"]]
        return dict(zip(in_charge["market"], in_charge["person_id"], strict=True))

    def _all(self) -> Asked:
        people = self._know.table("people")
        people = people.filter(
            people.joined_on.isnull() | (people.joined_on <= day_literal(self._book.as_of))
        )
        scope = self._book.scope
        column = {"person": "person_id"}.get(scope.dimension, scope.dimension)
        if column in people.columns:
            people = people.filter(people[column] == scope.value)
        return self._asked(people.mutate(is_active=people.left_on.isnull()), ["person_id"])
