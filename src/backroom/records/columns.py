"""The declarative root of all records and the column types they share."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

from backroom.clock import from_micros, to_micros
from backroom.ids import new_id

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime kept as whole microseconds since 1970, so that it sorts and indexes as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware datetime into microseconds; a naive one is refused with ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive datetime {value!r}; times must be aware"
            raise ValueError(msg)
        return to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds back into an aware datetime in UTC."""
        return None if value is None else from_micros(value)


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """The root of every noun."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - the name and form SQLAlchemy asks for
        datetime: UtcTime,
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Identified(MappedAsDataclass, kw_only=True):
    """A record with an id of our own making (see `backroom.ids`)."""

    id: Mapped[int] = mapped_column(
        Integer().with_variant(BigInteger, "postgresql"), primary_key=True, default_factory=new_id, sort_order=-1
    )
