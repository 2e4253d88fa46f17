"""Settings: how it looks, the sample and one's own business, and what this program is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from backroom import __version__, paths
from backroom.settings import KEEP_WORKING, TEXT_SCALE, THEME
from backroom.store.check import check
from backroom.store.firm import set_setting, setting
from backroom.ui.overlay import Overlay
from backroom.ui.settings_pane import Pane
from backroom.ui.tasks import Job
from backroom.ui.theme import TEXT_SIZES, Choice
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.inputs import Switch
from backroom.ui.widgets.logo import Logo
from backroom.ui.widgets.progress import ProgressRow
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.window import Window
from backroom.ui.workspace import Desk, Workspace


class AppearancePane(Pane):
    """Everything here works at once; there is nothing to save."""

    KEY, TITLE, ICON = "appearance", "Appearance", "palette"
    LINE = "How Backroom looks on this computer, and what it does when you close it."
    WORDS = "theme dark light contrast text size larger smaller tray close keep working"
    WATCHES = frozenset({"setting"})

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show what is in use."""
        super().__init__(workspace, desk)
        looks = (
            Segment("system", self.tr("Like the system")), Segment("light", self.tr("Light")),
            Segment("dark", self.tr("Dark")), Segment("contrast", self.tr("High contrast")),
        )  # fmt: skip
        self._look = Segmented(looks, self.tr("Theme"))
        sizes = tuple(Segment(str(round(size * 100)), f"{round(size * 100)} %") for size in TEXT_SIZES)
        self._size = Segmented(sizes, self.tr("Text size"))
        self._keep = Switch(self.tr("Keep working when the window is closed"))
        self._lay_out()
        self._refresh()
        self._look.chosen.connect(self._choose_look)
        self._size.chosen.connect(self._choose_size)
        self._keep.toggled.connect(self._choose_keep)
        desk.theme.changed.connect(self._refresh)

    def load(self) -> bool:
        """Read what is kept with the business."""
        with self.workspace.store.read() as reader:
            return setting(reader, KEEP_WORKING)

    def show_data(self, data: bool) -> None:  # noqa: FBT001 - it is the value that was read
        """Show it."""
        self._keep.blockSignals(True)
        self._keep.setChecked(data)
        self._keep.blockSignals(False)

    def _lay_out(self) -> None:
        for title, line, widget in (
            (self.tr("Theme"), self.tr("Ctrl+Shift+L changes between light and dark anywhere."), self._look),
            (self.tr("Text size"), self.tr("Everything grows with the text."), self._size),
            (self.tr("When the window is closed"),
             self.tr("Enquiries are answered and people are asked only while Backroom runs."), self._keep),
        ):  # fmt: skip
            card = Card(padding=16, spacing=6)
            card.column.addWidget(Label(title, "section"))
            card.column.addWidget(Paragraph(line))
            card.column.addSpacing(4)
            card.column.addWidget(widget)
            self.put(card)

    def _refresh(self) -> None:
        for segmented, key in ((self._look, self.desk.theme.choice), (self._size, self._nearest())):
            segmented.blockSignals(True)
            segmented.choose(key)
            segmented.blockSignals(False)

    def _nearest(self) -> str:
        return str(round(min(TEXT_SIZES, key=lambda size: abs(size - self.desk.theme.scale)) * 100))

    def _choose_look(self, key: str) -> None:
        self.desk.theme.choose(cast("Choice", key))
        self.write(lambda tx: set_setting(tx, THEME, key))

    def _choose_size(self, key: str) -> None:
        self.desk.theme.set_scale(int(key) / 100)
        self.write(lambda tx: set_setting(tx, TEXT_SCALE, int(key)))

    def _choose_keep(self, on: bool) -> None:  # noqa: FBT001 - Qt calls it so
        window = self.window()
        if isinstance(window, Window):
            window.keep_working = on
        self.write(lambda tx: set_setting(tx, KEEP_WORKING, on))


class SamplePane(Pane):
    """From the sample to one's own business, or the other way."""

    KEY, TITLE, ICON = "sample", "Sample business", "sparkles"
    LINE = "A firm with a year behind it, to try everything on."
    WORDS = "leave sample demo own business set up explore"

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Offer the way over."""
        super().__init__(workspace, desk)
        here = workspace.is_sample
        card = Card(padding=20, spacing=8)
        lines = self._sample_lines() if here else self._own_lines()
        card.column.addWidget(Label(lines[0], "page"))
        for line in lines[1:]:
            card.column.addWidget(Paragraph(line, colour="text"))
        words = self.tr("Leave the sample for my own business") if here else self.tr("Go to the sample")
        go = Button(words, "primary" if here else "secondary", trailing="arrow-right")
        go.clicked.connect(lambda: self.desk.go.switch(None))
        card.column.addSpacing(6)
        card.column.addWidget(go)
        self.put(card)

    def _sample_lines(self) -> tuple[str, ...]:
        return (
            self.tr("You are looking at the sample"),
            self.tr("Its customers are invented, and nothing it writes leaves this computer."),
            self.tr("It stays as it is, apart from your own business; you can come back to it from here."),
        )

    def _own_lines(self) -> tuple[str, ...]:
        return (
            self.tr("Try things on the sample"),
            self.tr("A roofing firm with invented customers that lives on while you watch. Nothing is sent."),
            self.tr("Your own business stands still meanwhile: nothing is read or answered until you return."),
        )


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence delivered with the program."""

    name: str
    path: Path


class AboutPane(Pane):
    """Version, data folder, licences, and a look at the database."""

    KEY, TITLE, ICON = "about", "About Backroom", "info"
    LINE = "This program, its licences, and where your data is."
    WORDS = "version licence license data folder check database integrity"

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show version and folder."""
        super().__init__(workspace, desk)
        self._folder = workspace.store.path.parent
        card = Card(padding=20, spacing=6)
        head = card.row(Logo(40), spacing=14)
        head.addWidget(Label(self.tr("Backroom {version}").format(version=__version__), "page"), 1)
        card.column.addWidget(
            Paragraph(self.tr("Apache License 2.0. Everything it knows stays on this computer."), colour="text")
        )
        self.put(card)
        self.put(self._data_card())
        self._job_holder = Card(padding=0, edge="", ground="bg")
        self._job_holder.hide()
        self.put(self._job_holder)
        self.put(self._licence_card())

    def _data_card(self) -> Card:
        card = Card(padding=16, spacing=6)
        card.column.addWidget(Label(self.tr("Your data"), "section"))
        card.column.addWidget(Paragraph(str(self._folder), colour="text"))
        card.column.addSpacing(4)
        show = Button(self.tr("Open the folder"), icon="folder-open")
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder))))
        self._check = Button(self.tr("Check the database now"), icon="database")
        self._check.clicked.connect(self._check_now)
        card.row(show, self._check).addStretch(1)
        return card

    def _licence_card(self) -> Card:
        card = Card(padding=16, spacing=6)
        card.column.addWidget(Label(self.tr("Licences"), "section"))
        card.column.addWidget(
            Paragraph(
                self.tr("Backroom is built on Qt, Python, SQLite and others; the font is Inter, the icons are Lucide.")
            )
        )
        root = paths.resources()
        for one in (Licence("Inter", root / "fonts" / "OFL.txt"), Licence("Lucide", root / "icons" / "LICENSE")):
            link = Button(self.tr("Read the licence of {name}").format(name=one.name), "link", icon="file-text")
            link.clicked.connect(lambda _checked=False, one=one: self._read(one))
            card.column.addWidget(link)
        return card

    def _read(self, one: Licence) -> None:
        self.run(lambda: one.path.read_text("utf-8"), lambda text: self._show_licence(one.name, text))

    def _show_licence(self, name: str, text: str) -> None:
        sheet = Overlay(self.window(), name, place="right", wide=640)
        area = ScrollColumn(margins=(0, 0, 12, 0), spacing=10)
        for part in text.split("\n\n"):
            area.column.addWidget(Paragraph(" ".join(part.split()), "note", "text"))
        sheet.body.addWidget(area, 1)
        sheet.open()

    def _check_now(self) -> None:
        path = self.workspace.store.path

        def work(job: Job) -> None:
            job.report(self.tr("Reading the whole database"))
            check(path)
            job.report(self.tr("Everything is in order."))

        def ended(_none: Any = None) -> None:
            self._check.setEnabled(True)

        def failed(error: BaseException) -> None:
            ended()
            self.desk.notices.problem(error)

        self._check.setEnabled(False)
        job = self.desk.tasks.start(self, self.tr("Checking the database"), work, ended, failed)
        job.changed.connect(lambda: ended() if job.state == "stopped" else None)
        self._follow(job)

    def _follow(self, job: Job) -> None:
        while (item := self._job_holder.column.takeAt(0)) is not None:
            if isinstance(old := item.widget(), QWidget):
                old.deleteLater()
        self._job_holder.column.addWidget(ProgressRow(job, self._job_holder.hide))
        self._job_holder.show()
