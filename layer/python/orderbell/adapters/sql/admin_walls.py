"""Whether the wall around each shop stands in this database, for this role: for the operator."""

from __future__ import annotations

import sqlalchemy as sa

from orderbell.adapters.sql.admin import AdminStore
from orderbell.adapters.sql.schema_walls import READS_ORDER, WALLED

_ROLE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, count(p.polname)
FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (:names) GROUP BY c.oid
"""


class WallStore(AdminStore):
    """The operator's store for looking at the wall. Raises as AdminStore does."""

    def gaps(self) -> list[str]:
        """Return what lets this role past the wall, each in a few words; nothing where it stands."""
        with self._transaction() as connection:
            gaps = []
            if connection.scalar(sa.text(_ROLE)):
                gaps.append("the role of DATABASE_URL is a superuser or has BYPASSRLS")
            stands = {
                name: held and policies == 1 + (name in READS_ORDER)
                for name, held, policies in connection.execute(sa.text(_TABLES), {"names": list(WALLED)})
            }
            open_to_all = [name for name in WALLED if not stands.get(name)]
            if open_to_all:
                gaps.append(f"row-level security is changed or off for {', '.join(open_to_all)}")
            return gaps
