"""Invented people: who number 417 is depends on the seed and the number alone."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from backroom.sample.chance import dice
from backroom.sample.firm import Names

_LINES = 96  # 555-0104 to 555-0199 in every area code; the first four belong to the firm


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may need a roofer."""

    number: int
    first: str
    last: str
    mail: str
    phone: str
    street: str
    town: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


class Residents:
    """The invented town; numbers beyond its size come round again."""

    def __init__(self, names: Names, seed: str) -> None:
        """Deal the names to the numbers."""
        self._names = names
        self._seed = seed
        self.size = len(names.area_codes) * _LINES
        self._pairs = dice(seed, "names").sample(range(len(names.first) * len(names.last)), self.size)

    def person(self, number: int) -> Person:
        """Return resident `number`."""
        number %= self.size
        chance = dice(self._seed, "resident", number)
        first_index, last_index = divmod(self._pairs[number], len(self._names.last))
        first, last = self._names.first[first_index], self._names.last[last_index]
        area = self._names.area_codes[number % len(self._names.area_codes)]
        line = 104 + number // len(self._names.area_codes)
        return Person(
            number=number,
            first=first,
            last=last,
            mail=f"{_local_part(first, last, number)}@{chance.choice(self._names.mail_domains)}",
            phone=f"+1{area}5550{line}",
            street=f"{chance.randint(3, 999)} {chance.choice(self._names.streets)}",
            town=chance.choice(self._names.towns),
        )


def spoken(phone: str) -> str:
    """Write an E.164 number as people in the sample do: (312) 555-0142."""
    return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"


def _local_part(first: str, last: str, number: int) -> str:
    first, last = _plain(first), _plain(last)
    return (f"{first}.{last}", f"{last}.{first}", f"{first[0]}{last}{number}", f"{first}_{last}")[number % 4]


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in folded if letter.isascii() and letter.isalpha())
