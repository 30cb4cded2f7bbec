"""People by name: an id alone says nothing to a reader, a name alone may be two people."""

import pandas as pd


def named_people(rows: pd.DataFrame, column: str, people: pd.DataFrame | None) -> pd.DataFrame:
    """Rows whose `column` of person ids says name and id; as they are without a table of people."""
    if people is None:
        return rows
    names = dict(zip(people["person_id"], people["name"], strict=True))
    written = [f"{names[key]} ({key})" if names.get(key, key) != key else key for key in rows[column]]
    return rows.assign(**{column: written})
