"""The customer as a drawer over the case, where the window is too narrow for a third column."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from backroom.clock import Clock
from backroom.ui.formats import Formats
from backroom.ui.models.inbox_board import CustomerSide
from backroom.ui.overlay import Overlay
from backroom.ui.widgets.customer_pane import CustomerPane


class CustomerDrawer(Overlay):
    """Shows one customer at the right edge; Esc closes it."""

    asked = Signal(object)

    def __init__(self, window: QWidget, formats: Formats, clock: Clock, side: CustomerSide | None) -> None:
        """Lie over `window`."""
        super().__init__(window, self.tr("The customer"), place="right", wide=380)
        self.pane = CustomerPane(formats, clock)
        self.body.setContentsMargins(0, 14, 0, 8)
        self.pane.show_side(side)
        self.pane.asked.connect(self._open)
        self.body.addWidget(self.pane, 1)

    def _open(self, customer_id: object) -> None:
        self.close_overlay()
        self.asked.emit(customer_id)
