"""The inbox from the keyboard: what it shows, each verb, the lost race, the draft that survives, the narrow window."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from backroom.escalation.act import Act
from backroom.escalation.company import show_presence
from backroom.records.appointments import Appointment
from backroom.records.escalations import Draft, Presence
from backroom.records.runs import Effect, EffectState
from backroom.ui.widgets.rows import Band
from tests.ui.inbox_desk import InboxDesk, Key, Open
from tests.ui.inbox_world import World


def test_the_list_stands_in_bands_by_due_time_and_the_first_item_is_open(desk: InboxDesk) -> None:
    bands = [row.title + row.count for row in desk.page.side.list.rows.rows if isinstance(row, Band)]
    assert bands == ["Overdue2", "Today6", "Later3"]
    assert desk.shown == "Helen Lee" == desk.names[0]
    assert desk.page.case.message.text.toPlainText().startswith("It’s Helen Lee")
    assert [segment.text() for segment in desk.page.strip.shelves._buttons.values()] == ["Now", "Waiting", "Later"]
    assert desk.page.side.list.hasFocus()


def test_j_and_k_move_and_the_case_follows(desk: InboxDesk) -> None:
    desk.press("jj")
    assert desk.shown == "Omar Haddad"
    desk.press("k")
    assert desk.shown == "Bayside Property Care"


def test_enter_marks_the_first_proposal_and_enter_again_does_it(desk: InboxDesk, world: World) -> None:
    desk.press(Key.Key_Return)
    assert desk.page.case.armed == 1
    desk.press(Key.Key_Return)
    assert desk.overlay().accessibleName() == "Book an emergency visit"
    desk.press(Key.Key_Return, ctrl=True)
    with world.store.read() as reader:
        visit = reader.scalars(select(Appointment)).one()
    assert visit.starts_at - world.clock.now() > timedelta(minutes=59)
    assert world.item(world.items[0]).outcome == "booked"
    assert desk.shown == "Bayside Property Care"
    assert desk.toast == "Book an emergency visit: Helen Lee"


def test_a_number_marks_a_proposal_and_esc_lets_go(desk: InboxDesk) -> None:
    desk.press("3")
    assert desk.page.case.armed == 3
    desk.press(Key.Key_Escape)
    assert desk.page.case.armed == 0
    desk.press("7")
    assert desk.page.case.armed == 0


def test_claim_and_release(desk: InboxDesk, world: World) -> None:
    desk.press("c")
    assert (world.item(world.items[0]).owner_id, world.item(world.items[0]).state) == (world.me, "claimed")
    assert desk.page.side.list.lines()[0].row.owner_id == world.me
    desk.press("u")
    assert world.item(world.items[0]).owner_id is None


def test_resolve_goes_to_the_next_and_z_brings_it_back(desk: InboxDesk, world: World) -> None:
    desk.press("e")
    assert world.item(world.items[0]).state == "resolved"
    assert (desk.shown, desk.toast) == ("Bayside Property Care", "Resolved: Helen Lee")
    assert "Helen Lee" not in desk.names
    desk.press("z")
    assert world.item(world.items[0]).state != "resolved"
    assert desk.shown == "Helen Lee" == desk.names[0]


def test_h_enter_puts_off_to_the_next_opening_and_h_h_until_a_reply(desk: InboxDesk, world: World) -> None:
    desk.press("h", Key.Key_Return)
    first = world.item(world.items[0])
    assert first.state == "waiting"
    assert first.snoozed_until is not None
    assert world.clock.now() < first.snoozed_until < world.clock.now() + timedelta(days=1)
    desk.press("h", "h")
    assert world.item(world.items[1]).wakes_on_reply == 1


def test_a_passes_the_item_on_by_number(desk: InboxDesk, world: World) -> None:
    desk.press("a")
    people = desk.page.board.people if desk.page.board is not None else ()
    number = next(at for at, one in enumerate(people, 1) if one.name == "Dana Okafor")
    desk.press(str(number))
    assert world.item(world.items[0]).owner_id == world.people["Dana Okafor"]
    assert desk.toast == "Helen Lee goes to Dana Okafor"


def test_an_answer_is_held_with_visible_seconds_and_undo_brings_back_the_words(desk: InboxDesk, world: World) -> None:
    desk.press("r")
    desk.press("Sam comes at two.")
    desk.press(Key.Key_Return, ctrl=True)
    assert world.item(world.items[0]).state == "waiting"
    strip = desk.window.foot.toast
    assert strip.toast is not None
    assert (strip.toast.text, strip.toast.leaves) == ("Answer to Helen Lee", True)
    assert 10 < strip.left <= 15
    desk.press("z")
    with world.store.read() as reader:
        assert reader.scalars(select(Effect)).one().state == EffectState.CANCELLED
    assert desk.shown == "Helen Lee"
    assert desk.page.case.reply.text() == "Sam comes at two."


def test_an_empty_answer_says_what_is_missing(desk: InboxDesk) -> None:
    desk.press("r")
    desk.press(Key.Key_Return, ctrl=True)
    assert "Type what the customer should read." in desk.page.case.reply._fault.text()


def test_letters_typed_into_an_answer_are_text(desk: InboxDesk, world: World) -> None:
    desk.press("r")
    desk.press("je c 12")
    desk.press(Key.Key_Down)
    assert desk.page.case.reply.text() == "je c 12"
    assert desk.shown == "Helen Lee"
    assert world.item(world.items[0]).state != "claimed"


def test_a_note_stands_on_the_item(desk: InboxDesk, world: World) -> None:
    desk.press("n")
    desk.press("Baby in the house")
    desk.press(Key.Key_Return, ctrl=True)
    assert "Baby in the house" in str(desk.page.case._history._shown)
    assert desk.shown == "Helen Lee"


def test_m_closes_what_need_not_have_come(desk: InboxDesk, world: World) -> None:
    desk.press("m")
    assert world.item(world.items[0]).outcome == "not_an_exception"


def test_several_are_picked_and_resolved_at_once_and_come_back_at_once(desk: InboxDesk, world: World) -> None:
    desk.press("x", "x")
    assert desk.page.picked == set(world.items[:2])
    desk.press("e")
    assert [world.item(one).state for one in world.items[:2]] == ["resolved", "resolved"]
    assert desk.toast == "2 resolved"
    desk.press("z")
    assert "resolved" not in [world.item(one).state for one in world.items[:2]]


def test_a_lost_race_keeps_the_draft_and_names_who_won(desk: InboxDesk, world: World) -> None:
    desk.press("r")
    desk.press("We come at two.")
    item = world.item(world.items[0])
    dana = Act(item.id, item.version, world.people["Dana Okafor"])
    desk.window.bridge.blockSignals(True)  # the news has not come through yet when Send is pressed
    world.store.write_now(lambda tx: world.verbs.claim(tx, dana))
    desk.press(Key.Key_Return, ctrl=True)
    desk.window.bridge.blockSignals(False)
    assert desk.page.case._refusal.accessibleName().startswith("Dana Okafor took this at 10:34.")
    assert desk.page.case.reply.text() == "We come at two."
    assert desk.shown == "Helen Lee" == desk.names[0]


def test_what_is_typed_is_saved_and_is_there_after_a_restart(desk: InboxDesk, world: World, open_desk: Open) -> None:
    desk.press("r")
    desk.press("Half a thought")

    def kept() -> bool:
        with world.store.read() as reader:
            return reader.scalars(select(Draft.text)).all() == ["Half a thought"]

    desk.bot.waitUntil(kept)
    desk.press(Key.Key_Escape)
    desk.press("j")
    assert desk.page.case.reply.text() == ""
    again = open_desk()
    assert again.page.case.reply.text() == "Half a thought"


def test_others_who_look_are_seen_and_so_am_i(desk: InboxDesk, world: World) -> None:
    assert desk.page.case._others.text() == "Dana is here too"
    with world.store.read() as reader:
        present = {(row.person_id, row.escalation_id) for row in reader.scalars(select(Presence))}
    assert (world.me, world.items[0]) in present
    world.clock.advance(timedelta(seconds=30))
    world.store.write_now(lambda tx: show_presence(tx, world.items[1], world.people["Sam Becker"], "edit"))
    desk.press("j")
    assert desk.page.case._others.text() == "Sam is writing here"


def test_time_left_runs_without_reading_again(desk: InboxDesk, world: World) -> None:
    line = desk.page.side.list.lines()[2]
    assert line.moment.due(line.row) == ("26 min", "warn")
    world.clock.advance(timedelta(minutes=20))
    assert line.moment.due(line.row) == ("6 min", "warn")
    world.clock.advance(timedelta(minutes=7))
    desk.page._ticked()
    desk.wait()
    bands = [row.title + row.count for row in desk.page.side.list.rows.rows if isinstance(row, Band)]
    assert bands[0] == "Overdue3"


def test_time_left_counts_only_business_time(world: World, open_desk: Open) -> None:
    world.open("Night Owl", due=60 * 24)
    desk = open_desk()
    line = desk.page.side.list.lines()[0]
    assert line.row.left == timedelta(hours=10)


def test_slash_searches_and_esc_returns(desk: InboxDesk) -> None:
    desk.press("/")
    desk.press("quote monthly")
    desk.wait()
    assert desk.names == ["Grace Whitfield"]
    desk.press(Key.Key_Escape)
    assert len(desk.names) == 11


def test_filters_and_shelves(desk: InboxDesk) -> None:
    desk.page.side.pills.choose("mine")
    desk.wait()
    assert desk.names == ["Bayside Property Care", "Omar Haddad", "Tom Brandt"]
    desk.press("h", Key.Key_Return)
    desk.page.show_shelf("later")
    desk.page.side.pills.choose("all")
    desk.wait()
    assert desk.names == ["Bayside Property Care"]


def test_a_target_opens_its_item_wherever_it_lies(desk: InboxDesk, world: World) -> None:
    item = world.item(world.items[3])
    world.store.write_now(lambda tx: world.verbs.snooze(tx, Act(item.id, item.version, world.me)))
    desk.window.open("inbox", item.id)
    desk.wait()
    assert desk.shown == "Grace Whitfield"
    assert desk.page.strip.shelves.current() == "later"


def test_ctrl_k_finds_items(desk: InboxDesk) -> None:
    found = [one.text for finder in desk.window.desk.finders for one in finder("whitfield")]
    assert found == ["Grace Whitfield"]


def test_an_item_that_somebody_else_closes_stays_in_sight(desk: InboxDesk, world: World) -> None:
    item = world.item(world.items[0])
    world.store.write_now(lambda tx: world.verbs.resolve(tx, Act(item.id, item.version, world.people["Dana Okafor"])))
    desk.wait()
    assert desk.shown == "Helen Lee"
    assert "Helen Lee" not in desk.names


def test_in_a_narrow_window_enter_opens_the_case_and_esc_goes_back(world: World, open_desk: Open) -> None:
    world.fill()
    desk = open_desk(size=(1100, 720))
    assert not desk.page.case.isVisible()
    desk.press(Key.Key_Return)
    assert desk.page.case.isVisible()
    assert not desk.page.side.isVisible()
    desk.press("e")
    assert desk.shown == "Bayside Property Care"
    desk.press(Key.Key_Escape)
    assert desk.page.side.isVisible()


def test_t_opens_the_customer_as_a_drawer_where_there_is_no_third_column(world: World, open_desk: Open) -> None:
    world.fill()
    desk = open_desk(size=(1280, 800))
    assert not desk.page.customer.isVisible()
    desk.press("t")
    assert desk.overlay().accessibleName() == "The customer"
    desk.press(Key.Key_Escape)
    wide = open_desk()
    wide.press("t")
    assert wide.page.customer.story.hasFocus()


def test_more_rows_come_before_the_end_is_reached(world: World, open_desk: Open) -> None:
    customer = world.customer("Many Items")
    for number in range(130):
        world.open(customer_id=customer, source_key=f"many-{number}", due=60 + number)
    desk = open_desk()
    assert len(desk.names) == 100
    desk.page.side.list.verticalScrollBar().setValue(desk.page.side.list.verticalScrollBar().maximum())
    desk.wait()
    assert len(desk.names) == 130


def test_nothing_needs_you_says_so_with_proof(world: World, open_desk: Open) -> None:
    world.connection()
    world.message(world.customer("Ada Low"), "Thanks")
    desk = open_desk()
    assert desk.page._stack.currentWidget() is desk.page.empty
    proof = {"Nothing needs you", "One thing handled since 8:00 without help.", "All sources are listening"}
    assert proof <= desk.words


def test_a_silent_source_never_lets_it_say_nothing_needs_you(world: World, open_desk: Open) -> None:
    world.connection(silent=82)
    desk = open_desk()
    words = desk.words
    assert "We cannot tell whether anything needs you" in words
    assert "Nothing needs you" not in words
    assert "Office mailbox has been silent since 9:12" in words
    assert next(iter(desk.page.strip.shelves._buttons.values())).accessibleName() == "Now 0 + ?"


def test_with_nothing_connected_it_offers_the_first_connection(world: World, open_desk: Open) -> None:
    desk = open_desk()
    assert {"Nothing can arrive yet", "Connect a mailbox"} <= desk.words


def test_the_owner_is_told_in_red_of_items_that_went_round_everybody(world: World, open_desk: Open) -> None:
    item_id = world.open("Helen Lee", severity="urgent")
    for _step in range(6):
        while world.store.write_now(world.ladder.run_due):
            pass
        world.clock.advance(timedelta(minutes=15))
    assert world.item(item_id).state == "exhausted"
    owner, desk = open_desk("Marta Ruiz"), open_desk("Priya Nair")
    assert owner.page.banners.isVisible()
    assert not desk.page.banners.isVisible()


def test_the_foot_says_what_happens_next_by_itself(desk: InboxDesk) -> None:
    desk.press("j")
    assert "goes back to" in desk.window.foot._step.text()


def test_leaving_the_page_ends_presence(desk: InboxDesk, world: World) -> None:
    desk.window.hide()

    def gone() -> bool:
        with world.store.read() as reader:
            return world.me not in {row.person_id for row in reader.scalars(select(Presence))}

    desk.bot.waitUntil(gone)


def test_the_toast_never_lies_over_the_next_step(desk: InboxDesk) -> None:
    desk.press("e")
    foot = desk.window.foot
    assert foot.toast.isVisible()
    assert foot._rest.geometry().right() <= foot.toast.geometry().left()
