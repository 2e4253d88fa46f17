"""Layer 2: rules as data, and the durable engine that turns events into runs, steps and effects.

For the composition root: `engine.Engine` (add due sources, start, stop, health), `rulebook.install_rules`,
`rule_check.read_rules`, `texts.read_texts`, `schedule.Ticker`.
For pages: `trace.list_rules`, `trace.list_runs`, `trace.read_trace`; `rulebook.switch_rule` and `put_in_force` inside a
write; `rule_check.check_rule` for a text being edited, with every mistake by line; `Rule.sentence()` for the lines of a
rule, whose parts marked `value` are what may be changed; `house.read_library` and `texts.check_text` for message texts.
"""
