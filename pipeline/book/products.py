"""Products."""

import pandas as pd

from pipeline.book.dimensions import in_scope
from pipeline.book.section import Asked, Section


class Products(Section):
    """What is sold."""

    def all(self) -> pd.DataFrame:
        """Every product as of today, one row each.

        Columns: product_id, name, product_line, business_line, list_price, unit_cost. A scope of a
        business or product line holds its products, other scopes all of them.
        """
        return self._once(("all",), self._all)

    def _all(self) -> Asked:
        products, scope = self._know.table("products"), self._book.scope
        if scope.dimension in products.columns:
            products = in_scope(scope, products)
        return self._asked(products, ["product_id"])
