"""A language in which every text is a third longer, as German or Finnish would be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QTranslator


class Longer(QTranslator):
    """Stretches every text by a third and leaves its places for values alone."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"{text} {'ögy' * 20}"[: len(text) + 1 + len(text) // 3].rstrip()


@contextmanager
def longer_words() -> Iterator[None]:
    """Let the program speak that language inside the block; widgets made before keep their words."""
    language = Longer()
    QCoreApplication.installTranslator(language)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(language)
