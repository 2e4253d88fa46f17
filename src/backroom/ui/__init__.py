"""The desktop face of Backroom; the only package that knows Qt.

How a page is made: one file in `pages/`, one line in the tuple of `pages/__init__.py` (read when it is opened), its
keys in `action_table.py`.

    class Inbox(Page):
        KEY, TITLE, ICON = "inbox", "Inbox", "inbox"        # ICON: a name in resources/icons
        WATCHES = frozenset({"escalation", "customer"})     # kinds (tables) that make it reload while seen
        THREE_COLUMNS = True                                # the sidebar folds to the rail below 1600 px

        def __init__(self, workspace, desk):                # build widgets; read nothing here
            super().__init__(workspace, desk)
            desk.actions.bind("inbox.claim", self.claim)    # the row of the table gets a doer
        def load(self): ...                                 # off the main thread -> frozen values, no widgets
        def show_data(self, data): ...                      # on it; keep selection, scroll and typed text
        def first_focus(self): return self.list             # who gets the keyboard

`self.run(work, done)` leaves the main thread for anything else; `desk.tasks.start(owner, name, work)` makes a visible
job (`work(job)`, `job.report(text, done=, total=)`). `self.reload()` loads again. Hidden pages only go stale.
`workspace`: store, firm, formats (money, when, due, age, phone in the business's locale and zone), clock, person,
`service(Type)` for the layers' doors. `desk`: notices (`toast(text, undo)`, `problem(error)`, `banner(key, Banner)`),
actions (`bind`, `allow("inbox", claim=False)`, `menu(ids, parent)`), go (`open(page, target)`, `badge`,
`next_step`, `sources`), theme, tasks, finders (append `text -> list[Found]` for Ctrl+K; runs off-thread).

Widgets (`widgets/`, one file each):
    text: Label(text, face, colour, elide=, align=), Paragraph(text, most=), LinkLabel.pressed
    button: Button(text, kind, icon=, key=, trailing=), Button.for_action(action); kinds primary (one a view),
        secondary, quiet, link, danger          card: Card().column / .row(...), Panel, IconTile
    section: PageHeader(title, line).add(w), SectionHeader(title, note, ruled=)    painted: Hairline, Painted
    segmented: Segmented((Segment(key, word, count),), name, pills=).chosen        search_box: SearchBox, FindButton
    rows: RowList(delegate, name).show_rows([Band(...), row, ...]), .chosen, .opened, .step(1); RowDelegate.paint_row
    tile: KpiTile(TileData(...)).opened    sparkline: Sparkline(Series(...))    alert_card: AlertCard(Alert(...)).acted
    severity: SeverityMark, paint_severity    person: PersonChip, paint_person    keychip: KeyChip    tag: Tag
    empty: EmptyState(icon, headline, text, tone=).button(...)    banner: BannerStrip(...).acted    scroll: ScrollColumn
    form: Form((TextField(...), ChoiceField(...), ...)).values() / .fail(key, words)    timeline: Timeline
    progress: ProgressRow(job), Bar    tags: TagInput    table: Table    flow: FlowLayout
    overlay (in ui/): Overlay(window, title, place="middle" | "right").open(): dialogs and drawers, Esc closes;
        put what may be long into a ScrollColumn in its `body`
Drill-down chart: `charts.Chart` (imports pyqtgraph; import it inside the function that opens the first chart).

Painting your own: `with ink.canvas(self) as painter`, all text by `ink.draw_text / draw_line / draw_paragraph` with
`Ink(face, colour)`; lengths that hold text through `theme.px()`, colours only by token name (`tokens().accent`).
Every text is given to a person through `self.tr(...)` or QCoreApplication.translate. Every control has a name.
"""
