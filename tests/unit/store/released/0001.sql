CREATE TABLE connection (
    id INTEGER NOT NULL, 
    connector TEXT NOT NULL, 
    name TEXT NOT NULL, 
    created_at BIGINT NOT NULL, 
    settings JSON NOT NULL, 
    account TEXT NOT NULL, 
    state TEXT NOT NULL, 
    state_since BIGINT, 
    last_ok_at BIGINT, 
    trouble TEXT NOT NULL, 
    remedy TEXT NOT NULL, 
    failures BIGINT NOT NULL, 
    next_poll_at BIGINT, 
    CONSTRAINT pk_connection PRIMARY KEY (id)
);

CREATE TABLE consent (
    id INTEGER NOT NULL, 
    channel TEXT NOT NULL, 
    address TEXT NOT NULL, 
    allowed BIGINT NOT NULL, 
    at BIGINT NOT NULL, 
    words TEXT NOT NULL, 
    said_by TEXT NOT NULL, 
    customer_id BIGINT, 
    CONSTRAINT pk_consent PRIMARY KEY (id), 
    CONSTRAINT uq_consent_channel_address UNIQUE (channel, address)
);

CREATE INDEX ix_consent_customer_id ON consent (customer_id);

CREATE TABLE customer (
    id INTEGER NOT NULL, 
    name TEXT NOT NULL, 
    created_at BIGINT NOT NULL, 
    updated_at BIGINT NOT NULL, 
    last_contact_at BIGINT NOT NULL, 
    email TEXT NOT NULL, 
    phone TEXT NOT NULL, 
    company TEXT NOT NULL, 
    address TEXT NOT NULL, 
    tags JSON NOT NULL, 
    joined_into BIGINT, 
    CONSTRAINT pk_customer PRIMARY KEY (id)
);

CREATE INDEX ix_customer_last_contact_at_id ON customer (last_contact_at, id);

CREATE INDEX ix_customer_name_id ON customer (name, id);

CREATE TABLE dead_address (
    id INTEGER NOT NULL, 
    channel TEXT NOT NULL, 
    address TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    status TEXT NOT NULL, 
    words TEXT NOT NULL, 
    lifted_at BIGINT, 
    lifted_by TEXT NOT NULL, 
    CONSTRAINT pk_dead_address PRIMARY KEY (id), 
    CONSTRAINT uq_dead_address_channel_address UNIQUE (channel, address)
);

CREATE TABLE draft (
    id INTEGER NOT NULL, 
    escalation_id BIGINT NOT NULL, 
    person_id BIGINT NOT NULL, 
    kind TEXT NOT NULL, 
    text TEXT NOT NULL, 
    saved_at BIGINT NOT NULL, 
    CONSTRAINT pk_draft PRIMARY KEY (id), 
    CONSTRAINT uq_draft_escalation_id_person_id_kind UNIQUE (escalation_id, person_id, kind)
);

CREATE TABLE effect (
    id INTEGER NOT NULL, 
    "key" TEXT NOT NULL, 
    action TEXT NOT NULL, 
    request BLOB NOT NULL, 
    planned_at BIGINT NOT NULL, 
    channel TEXT NOT NULL, 
    recipient TEXT NOT NULL, 
    effect_class TEXT NOT NULL, 
    state TEXT NOT NULL, 
    wake_at BIGINT, 
    expires_at BIGINT, 
    connection_id BIGINT, 
    run_id BIGINT, 
    escalation_id BIGINT, 
    customer_id BIGINT, 
    lead_id BIGINT, 
    automatic BIGINT NOT NULL, 
    rule_key TEXT NOT NULL, 
    held_by TEXT NOT NULL, 
    cost_micros BIGINT NOT NULL, 
    provider_id TEXT NOT NULL, 
    tries BIGINT NOT NULL, 
    sent_at BIGINT, 
    settled_at BIGINT, 
    evidence TEXT NOT NULL, 
    checksum TEXT NOT NULL, 
    CONSTRAINT pk_effect PRIMARY KEY (id), 
    CONSTRAINT uq_effect_key UNIQUE ("key")
);

CREATE INDEX ix_effect_customer_id_id ON effect (customer_id, id);

CREATE INDEX ix_effect_parked ON effect (connection_id) WHERE state = 'parked';

CREATE INDEX ix_effect_provider_id ON effect (provider_id) WHERE provider_id <> '';

CREATE INDEX ix_effect_recipient_sent_at ON effect (recipient, sent_at) WHERE sent_at IS NOT NULL;

CREATE INDEX ix_effect_rule_key_sent_at ON effect (rule_key, sent_at) WHERE sent_at IS NOT NULL;

CREATE INDEX ix_effect_sent_at ON effect (sent_at, cost_micros) WHERE sent_at IS NOT NULL;

CREATE INDEX ix_effect_wake_at ON effect (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE event (
    id INTEGER NOT NULL, 
    kind TEXT NOT NULL, 
    source_key TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    payload BLOB NOT NULL, 
    customer_id BIGINT, 
    lead_id BIGINT, 
    state BIGINT NOT NULL, 
    tries BIGINT NOT NULL, 
    trouble TEXT, 
    CONSTRAINT pk_event PRIMARY KEY (id), 
    CONSTRAINT uq_event_source_key UNIQUE (source_key)
);

CREATE INDEX ix_event_customer_id_id ON event (customer_id, id);

CREATE INDEX ix_event_kind_at ON event (kind, at);

CREATE INDEX ix_event_pending ON event (id) WHERE state = 0;

CREATE TABLE field_value (
    id INTEGER NOT NULL, 
    record_kind TEXT NOT NULL, 
    record_id BIGINT NOT NULL, 
    field TEXT NOT NULL, 
    system TEXT NOT NULL, 
    value TEXT NOT NULL, 
    seen_at BIGINT NOT NULL, 
    chosen BIGINT NOT NULL, 
    CONSTRAINT pk_field_value PRIMARY KEY (id), 
    CONSTRAINT uq_field_value_record_kind_record_id_field_system UNIQUE (record_kind, record_id, field, system)
);

CREATE TABLE fuse (
    id INTEGER NOT NULL, 
    scope TEXT NOT NULL, 
    blown_at BIGINT NOT NULL, 
    words TEXT NOT NULL, 
    rule_key TEXT NOT NULL, 
    closed_at BIGINT, 
    closed_by TEXT NOT NULL, 
    CONSTRAINT pk_fuse PRIMARY KEY (id)
);

CREATE UNIQUE INDEX ix_fuse_open ON fuse (scope) WHERE closed_at IS NULL;

CREATE TABLE hold_out (
    rule_key TEXT NOT NULL, 
    customer_id BIGINT NOT NULL, 
    held BIGINT NOT NULL, 
    at BIGINT NOT NULL, 
    lead_id BIGINT, 
    CONSTRAINT pk_hold_out PRIMARY KEY (rule_key, customer_id)
);

CREATE TABLE holiday (
    day TEXT NOT NULL, 
    name TEXT NOT NULL, 
    CONSTRAINT pk_holiday PRIMARY KEY (day)
);

CREATE TABLE intake_item (
    id INTEGER NOT NULL, 
    connection_id BIGINT NOT NULL, 
    stream TEXT NOT NULL, 
    item_key TEXT NOT NULL, 
    content_key TEXT NOT NULL, 
    fate TEXT NOT NULL, 
    reason TEXT NOT NULL, 
    seen_at BIGINT NOT NULL, 
    record_kind TEXT NOT NULL, 
    record_id BIGINT, 
    CONSTRAINT pk_intake_item PRIMARY KEY (id), 
    CONSTRAINT uq_intake_item_connection_id_stream_item_key UNIQUE (connection_id, stream, item_key)
);

CREATE INDEX ix_intake_item_content_key ON intake_item (content_key);

CREATE TABLE kpi_alert (
    kpi TEXT NOT NULL, 
    state TEXT NOT NULL, 
    since BIGINT NOT NULL, 
    checked_at BIGINT NOT NULL, 
    value DOUBLE, 
    low DOUBLE, 
    high DOUBLE, 
    n BIGINT NOT NULL, 
    muted_until BIGINT, 
    words TEXT NOT NULL, 
    episode BIGINT NOT NULL, 
    out_since BIGINT, 
    told BIGINT NOT NULL, 
    silent_since BIGINT, 
    severity TEXT NOT NULL, 
    expected TEXT NOT NULL, 
    driver TEXT NOT NULL, 
    money_low_minor BIGINT, 
    money_high_minor BIGINT, 
    money_words TEXT NOT NULL, 
    sensitivity BIGINT NOT NULL, 
    CONSTRAINT pk_kpi_alert PRIMARY KEY (kpi)
);

CREATE TABLE kpi_fact (
    kpi TEXT NOT NULL, 
    record_id BIGINT NOT NULL, 
    at BIGINT NOT NULL, 
    day BIGINT NOT NULL, 
    hour BIGINT NOT NULL, 
    part BIGINT NOT NULL, 
    whole BIGINT NOT NULL, 
    value BIGINT, 
    segment TEXT NOT NULL, 
    ripens_at BIGINT, 
    end_day BIGINT, 
    end_hour BIGINT, 
    standing BIGINT NOT NULL, 
    CONSTRAINT pk_kpi_fact PRIMARY KEY (kpi, record_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_kpi_fact_kpi_day_value ON kpi_fact (kpi, day, value);

CREATE INDEX ix_kpi_fact_ripens_at ON kpi_fact (ripens_at) WHERE ripens_at IS NOT NULL;

CREATE INDEX ix_kpi_fact_standing ON kpi_fact (kpi, at) WHERE standing = 1;

CREATE TABLE kpi_note (
    id INTEGER NOT NULL, 
    kpi TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    kind TEXT NOT NULL, 
    words TEXT NOT NULL, 
    episode BIGINT NOT NULL, 
    actor TEXT NOT NULL, 
    CONSTRAINT pk_kpi_note PRIMARY KEY (id)
);

CREATE INDEX ix_kpi_note_kpi_at ON kpi_note (kpi, at);

CREATE TABLE kpi_target (
    kpi TEXT NOT NULL, 
    target DOUBLE, 
    low DOUBLE, 
    high DOUBLE, 
    CONSTRAINT pk_kpi_target PRIMARY KEY (kpi)
);

CREATE TABLE message_text (
    "key" TEXT NOT NULL, 
    subject TEXT NOT NULL, 
    body TEXT NOT NULL, 
    edited_at BIGINT NOT NULL, 
    edited_by TEXT NOT NULL, 
    CONSTRAINT pk_message_text PRIMARY KEY ("key")
);

CREATE TABLE person (
    id INTEGER NOT NULL, 
    name TEXT NOT NULL, 
    role TEXT NOT NULL, 
    email TEXT NOT NULL, 
    phone TEXT NOT NULL, 
    active BIGINT NOT NULL, 
    away_until BIGINT, 
    notify JSON NOT NULL, 
    CONSTRAINT pk_person PRIMARY KEY (id)
);

CREATE TABLE playbook_use (
    "key" TEXT NOT NULL, 
    version BIGINT NOT NULL, 
    installed BIGINT NOT NULL, 
    since BIGINT NOT NULL, 
    "by" TEXT NOT NULL, 
    knobs JSON NOT NULL, 
    versions JSON NOT NULL, 
    kept JSON NOT NULL, 
    CONSTRAINT pk_playbook_use PRIMARY KEY ("key")
);

CREATE TABLE presence (
    id INTEGER NOT NULL, 
    person_id BIGINT NOT NULL, 
    escalation_id BIGINT NOT NULL, 
    mode TEXT NOT NULL, 
    seen_at BIGINT NOT NULL, 
    CONSTRAINT pk_presence PRIMARY KEY (id), 
    CONSTRAINT uq_presence_person_id_escalation_id UNIQUE (person_id, escalation_id)
);

CREATE INDEX ix_presence_escalation_id ON presence (escalation_id);

CREATE TABLE rhythm (
    stream TEXT NOT NULL, 
    beat TEXT NOT NULL, 
    words TEXT NOT NULL, 
    since BIGINT NOT NULL, 
    checked_at BIGINT NOT NULL, 
    CONSTRAINT pk_rhythm PRIMARY KEY (stream)
);

CREATE TABLE rollup (
    kpi TEXT NOT NULL, 
    split TEXT NOT NULL, 
    day BIGINT NOT NULL, 
    bin BIGINT NOT NULL, 
    n BIGINT NOT NULL, 
    part BIGINT NOT NULL, 
    whole BIGINT NOT NULL, 
    total BIGINT NOT NULL, 
    CONSTRAINT pk_rollup PRIMARY KEY (kpi, split, day, bin)
)
 WITHOUT ROWID;

CREATE TABLE rule_entry (
    rule_key TEXT NOT NULL, 
    subject TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    CONSTRAINT pk_rule_entry PRIMARY KEY (rule_key, subject)
)
 WITHOUT ROWID;

CREATE TABLE rule_switch (
    rule_key TEXT NOT NULL, 
    version_id BIGINT NOT NULL, 
    enabled BIGINT NOT NULL, 
    since BIGINT NOT NULL, 
    hold_out BIGINT NOT NULL, 
    CONSTRAINT pk_rule_switch PRIMARY KEY (rule_key)
);

CREATE TABLE rule_trial (
    id INTEGER NOT NULL, 
    rule_key TEXT NOT NULL, 
    digest TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    "by" TEXT NOT NULL, 
    waived BIGINT NOT NULL, 
    result BLOB, 
    CONSTRAINT pk_rule_trial PRIMARY KEY (id)
);

CREATE INDEX ix_rule_trial_rule_key_digest ON rule_trial (rule_key, digest);

CREATE TABLE rule_version (
    id INTEGER NOT NULL, 
    rule_key TEXT NOT NULL, 
    digest TEXT NOT NULL, 
    body TEXT NOT NULL, 
    made_at BIGINT NOT NULL, 
    made_by TEXT NOT NULL, 
    CONSTRAINT pk_rule_version PRIMARY KEY (id), 
    CONSTRAINT uq_rule_version_rule_key_digest UNIQUE (rule_key, digest)
);

CREATE TABLE run (
    id INTEGER NOT NULL, 
    event_id BIGINT NOT NULL, 
    rule_key TEXT NOT NULL, 
    version_id BIGINT NOT NULL, 
    subject TEXT NOT NULL, 
    state TEXT NOT NULL, 
    started_at BIGINT NOT NULL, 
    position TEXT NOT NULL, 
    wake_at BIGINT, 
    waiting_for TEXT, 
    effect_id BIGINT, 
    customer_id BIGINT, 
    lead_id BIGINT, 
    tries BIGINT NOT NULL, 
    ended_at BIGINT, 
    outcome TEXT, 
    CONSTRAINT pk_run PRIMARY KEY (id), 
    CONSTRAINT uq_run_event_id_rule_key UNIQUE (event_id, rule_key)
);

CREATE INDEX ix_run_customer_id_id ON run (customer_id, id);

CREATE INDEX ix_run_lost ON run (id) WHERE ended_at IS NULL AND wake_at IS NULL;

CREATE INDEX ix_run_open_subject ON run (rule_key, subject) WHERE wake_at IS NOT NULL;

CREATE INDEX ix_run_wake_at ON run (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE run_step (
    id INTEGER NOT NULL, 
    run_id BIGINT NOT NULL, 
    position TEXT NOT NULL, 
    action TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    words TEXT NOT NULL, 
    inputs BLOB, 
    effect_id BIGINT, 
    CONSTRAINT pk_run_step PRIMARY KEY (id)
);

CREATE INDEX ix_run_step_run_id_id ON run_step (run_id, id);

CREATE TABLE seen_event (
    id INTEGER NOT NULL, 
    CONSTRAINT pk_seen_event PRIMARY KEY (id)
);

CREATE TABLE setting (
    "key" TEXT NOT NULL, 
    value JSON NOT NULL, 
    CONSTRAINT pk_setting PRIMARY KEY ("key")
);

CREATE TABLE storage_day (
    day BIGINT NOT NULL, 
    "database" BIGINT NOT NULL, 
    history BIGINT NOT NULL, 
    backups BIGINT NOT NULL, 
    CONSTRAINT pk_storage_day PRIMARY KEY (day)
);

CREATE TABLE stream_state (
    id INTEGER NOT NULL, 
    connection_id BIGINT NOT NULL, 
    stream TEXT NOT NULL, 
    cursor JSON NOT NULL, 
    read_at BIGINT NOT NULL, 
    items BIGINT NOT NULL, 
    day BIGINT NOT NULL, 
    day_items BIGINT NOT NULL, 
    CONSTRAINT pk_stream_state PRIMARY KEY (id), 
    CONSTRAINT uq_stream_state_connection_id_stream UNIQUE (connection_id, stream)
);

CREATE TABLE work_session (
    id INTEGER NOT NULL, 
    started_at BIGINT NOT NULL, 
    beat_at BIGINT NOT NULL, 
    stopped_at BIGINT, 
    seen_at BIGINT, 
    CONSTRAINT pk_work_session PRIMARY KEY (id)
);

CREATE TABLE work_span (
    id INTEGER NOT NULL, 
    weekday BIGINT NOT NULL, 
    opens_min BIGINT NOT NULL, 
    closes_min BIGINT NOT NULL, 
    person_id BIGINT, 
    CONSTRAINT pk_work_span PRIMARY KEY (id)
);

CREATE INDEX ix_work_span_person_id ON work_span (person_id);

CREATE TABLE call (
    id INTEGER NOT NULL, 
    external_key TEXT NOT NULL, 
    direction TEXT NOT NULL, 
    caller TEXT NOT NULL, 
    called TEXT NOT NULL, 
    started_at BIGINT NOT NULL, 
    answered BIGINT NOT NULL, 
    duration_s BIGINT NOT NULL, 
    answered_by TEXT NOT NULL, 
    customer_id INTEGER, 
    connection_id BIGINT, 
    CONSTRAINT pk_call PRIMARY KEY (id), 
    CONSTRAINT uq_call_external_key UNIQUE (external_key), 
    CONSTRAINT fk_call_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_call_customer_id_started_at ON call (customer_id, started_at);

CREATE INDEX ix_call_started_at_id ON call (started_at, id);

CREATE INDEX ix_call_unlinked_called ON call (called) WHERE customer_id IS NULL;

CREATE INDEX ix_call_unlinked_caller ON call (caller) WHERE customer_id IS NULL;

CREATE TABLE customer_join (
    id INTEGER NOT NULL, 
    kept_id INTEGER NOT NULL, 
    other_id INTEGER NOT NULL, 
    at BIGINT NOT NULL, 
    reason TEXT NOT NULL, 
    moved JSON NOT NULL, 
    undone_at BIGINT, 
    CONSTRAINT pk_customer_join PRIMARY KEY (id), 
    CONSTRAINT fk_customer_join_kept_id_customer FOREIGN KEY(kept_id) REFERENCES customer (id), 
    CONSTRAINT fk_customer_join_other_id_customer FOREIGN KEY(other_id) REFERENCES customer (id)
);

CREATE INDEX ix_customer_join_kept_id ON customer_join (kept_id);

CREATE INDEX ix_customer_join_other_id ON customer_join (other_id);

CREATE TABLE customer_note (
    id INTEGER NOT NULL, 
    customer_id INTEGER NOT NULL, 
    at BIGINT NOT NULL, 
    text TEXT NOT NULL, 
    "by" TEXT NOT NULL, 
    CONSTRAINT pk_customer_note PRIMARY KEY (id), 
    CONSTRAINT fk_customer_note_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_customer_note_customer_id_at ON customer_note (customer_id, at);

CREATE TABLE escalation (
    id INTEGER NOT NULL, 
    source_key TEXT NOT NULL, 
    kind TEXT NOT NULL, 
    severity TEXT NOT NULL, 
    reason TEXT NOT NULL, 
    why TEXT NOT NULL, 
    created_at BIGINT NOT NULL, 
    due_at BIGINT NOT NULL, 
    next_at BIGINT, 
    state TEXT NOT NULL, 
    shelf TEXT NOT NULL, 
    version BIGINT NOT NULL, 
    policy TEXT NOT NULL, 
    ladder JSON NOT NULL, 
    step BIGINT NOT NULL, 
    climb_from BIGINT NOT NULL, 
    owner_id INTEGER, 
    lease_until BIGINT, 
    snoozed_until BIGINT, 
    wakes_on_reply BIGINT NOT NULL, 
    unanswered BIGINT NOT NULL, 
    customer_id INTEGER, 
    lead_id BIGINT, 
    message_id BIGINT, 
    run_id BIGINT, 
    effect_id BIGINT, 
    connection_id BIGINT, 
    rule_key TEXT NOT NULL, 
    marks JSON NOT NULL, 
    tried JSON NOT NULL, 
    proposals JSON NOT NULL, 
    money_minor BIGINT, 
    money_label TEXT NOT NULL, 
    first_ack_at BIGINT, 
    resolved_at BIGINT, 
    outcome TEXT NOT NULL, 
    CONSTRAINT pk_escalation PRIMARY KEY (id), 
    CONSTRAINT ck_escalation_open_has_wake_up CHECK (state = 'resolved' OR next_at IS NOT NULL), 
    CONSTRAINT uq_escalation_source_key UNIQUE (source_key), 
    CONSTRAINT fk_escalation_owner_id_person FOREIGN KEY(owner_id) REFERENCES person (id), 
    CONSTRAINT fk_escalation_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_escalation_customer_id_id ON escalation (customer_id, id);

CREATE INDEX ix_escalation_exhausted ON escalation (id) WHERE state = 'exhausted';

CREATE INDEX ix_escalation_next_at ON escalation (next_at) WHERE next_at IS NOT NULL;

CREATE INDEX ix_escalation_open_due ON escalation (due_at, id) WHERE state <> 'resolved';

CREATE INDEX ix_escalation_owner_due ON escalation (owner_id, shelf, due_at, id) WHERE state <> 'resolved';

CREATE INDEX ix_escalation_resolved_at ON escalation (resolved_at) WHERE resolved_at IS NOT NULL;

CREATE INDEX ix_escalation_shelf_due ON escalation (shelf, due_at, id) WHERE state <> 'resolved';

CREATE INDEX ix_escalation_taught ON escalation (rule_key, resolved_at) WHERE outcome = 'not_an_exception';

CREATE INDEX ix_escalation_urgent_next_at ON escalation (next_at) WHERE severity = 'urgent' AND next_at IS NOT NULL;

CREATE TABLE identity (
    id INTEGER NOT NULL, 
    kind TEXT NOT NULL, 
    value TEXT NOT NULL, 
    customer_id INTEGER NOT NULL, 
    source TEXT NOT NULL, 
    seen_at BIGINT NOT NULL, 
    CONSTRAINT pk_identity PRIMARY KEY (id), 
    CONSTRAINT uq_identity_kind_value UNIQUE (kind, value), 
    CONSTRAINT fk_identity_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_identity_customer_id ON identity (customer_id);

CREATE TABLE invoice (
    id INTEGER NOT NULL, 
    external_key TEXT NOT NULL, 
    number TEXT NOT NULL, 
    issued_on DATE NOT NULL, 
    due_on DATE NOT NULL, 
    total_minor BIGINT NOT NULL, 
    paid_minor BIGINT NOT NULL, 
    currency TEXT NOT NULL, 
    paid_on DATE, 
    customer_id INTEGER, 
    connection_id BIGINT, 
    CONSTRAINT pk_invoice PRIMARY KEY (id), 
    CONSTRAINT uq_invoice_external_key UNIQUE (external_key), 
    CONSTRAINT fk_invoice_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_invoice_customer_id ON invoice (customer_id);

CREATE INDEX ix_invoice_due_on ON invoice (due_on);

CREATE INDEX ix_invoice_issued_on ON invoice (issued_on);

CREATE INDEX ix_invoice_paid_on ON invoice (paid_on);

CREATE TABLE job (
    id INTEGER NOT NULL, 
    external_key TEXT NOT NULL, 
    number TEXT NOT NULL, 
    title TEXT NOT NULL, 
    state TEXT NOT NULL, 
    currency TEXT NOT NULL, 
    planned_on DATE, 
    done_on DATE, 
    total_minor BIGINT, 
    invoice_number TEXT NOT NULL, 
    customer_id INTEGER, 
    connection_id BIGINT, 
    CONSTRAINT pk_job PRIMARY KEY (id), 
    CONSTRAINT uq_job_external_key UNIQUE (external_key), 
    CONSTRAINT fk_job_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_job_customer_id ON job (customer_id);

CREATE INDEX ix_job_done_on ON job (done_on);

CREATE INDEX ix_job_planned_on ON job (planned_on);

CREATE TABLE lead (
    id INTEGER NOT NULL, 
    customer_id INTEGER NOT NULL, 
    source TEXT NOT NULL, 
    subject TEXT NOT NULL, 
    created_at BIGINT NOT NULL, 
    state TEXT NOT NULL, 
    asked TEXT NOT NULL, 
    fields JSON NOT NULL, 
    urgent BIGINT NOT NULL, 
    message_id BIGINT, 
    owner_id BIGINT, 
    first_touch_at BIGINT, 
    first_touch_by TEXT NOT NULL, 
    replied_at BIGINT, 
    booked_at BIGINT, 
    closed_at BIGINT, 
    value_minor BIGINT, 
    CONSTRAINT pk_lead PRIMARY KEY (id), 
    CONSTRAINT fk_lead_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_lead_created_at_id ON lead (created_at, id);

CREATE INDEX ix_lead_customer_id ON lead (customer_id);

CREATE INDEX ix_lead_untouched ON lead (created_at) WHERE first_touch_at IS NULL AND state IN ('new','touched');

CREATE TABLE quote (
    id INTEGER NOT NULL, 
    external_key TEXT NOT NULL, 
    number TEXT NOT NULL, 
    title TEXT NOT NULL, 
    sent_on DATE NOT NULL, 
    total_minor BIGINT NOT NULL, 
    currency TEXT NOT NULL, 
    state TEXT NOT NULL, 
    valid_until DATE, 
    decided_on DATE, 
    customer_id INTEGER, 
    connection_id BIGINT, 
    CONSTRAINT pk_quote PRIMARY KEY (id), 
    CONSTRAINT uq_quote_external_key UNIQUE (external_key), 
    CONSTRAINT fk_quote_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_quote_customer_id ON quote (customer_id);

CREATE INDEX ix_quote_sent_on ON quote (sent_on);

CREATE INDEX ix_quote_valid_until ON quote (valid_until);

CREATE TABLE appointment (
    id INTEGER NOT NULL, 
    external_key TEXT NOT NULL, 
    title TEXT NOT NULL, 
    starts_at BIGINT NOT NULL, 
    ends_at BIGINT NOT NULL, 
    created_at BIGINT NOT NULL, 
    state TEXT NOT NULL, 
    place TEXT NOT NULL, 
    customer_id INTEGER, 
    lead_id INTEGER, 
    person_id BIGINT, 
    connection_id BIGINT, 
    CONSTRAINT pk_appointment PRIMARY KEY (id), 
    CONSTRAINT uq_appointment_external_key UNIQUE (external_key), 
    CONSTRAINT fk_appointment_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
    CONSTRAINT fk_appointment_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE INDEX ix_appointment_customer_id ON appointment (customer_id);

CREATE INDEX ix_appointment_ends_at ON appointment (ends_at);

CREATE INDEX ix_appointment_lead_id ON appointment (lead_id);

CREATE INDEX ix_appointment_starts_at_id ON appointment (starts_at, id);

CREATE TABLE escalation_event (
    id INTEGER NOT NULL, 
    escalation_id INTEGER NOT NULL, 
    version BIGINT NOT NULL, 
    kind TEXT NOT NULL, 
    actor TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    reason TEXT NOT NULL, 
    payload JSON NOT NULL, 
    CONSTRAINT pk_escalation_event PRIMARY KEY (id), 
    CONSTRAINT uq_escalation_event_escalation_id_version UNIQUE (escalation_id, version), 
    CONSTRAINT fk_escalation_event_escalation_id_escalation FOREIGN KEY(escalation_id) REFERENCES escalation (id)
);

CREATE TABLE message (
    id INTEGER NOT NULL, 
    channel TEXT NOT NULL, 
    external_id TEXT NOT NULL, 
    direction TEXT NOT NULL, 
    at BIGINT NOT NULL, 
    sender TEXT NOT NULL, 
    recipient TEXT NOT NULL, 
    subject TEXT NOT NULL, 
    text TEXT NOT NULL, 
    stored_at BIGINT NOT NULL, 
    fate TEXT NOT NULL, 
    fate_reason TEXT NOT NULL, 
    sender_name TEXT NOT NULL, 
    in_reply_to TEXT NOT NULL, 
    reference_ids JSON NOT NULL, 
    customer_id INTEGER, 
    lead_id INTEGER, 
    connection_id BIGINT, 
    effect_id BIGINT, 
    automatic BIGINT NOT NULL, 
    attachments JSON NOT NULL, 
    fingerprint TEXT, 
    CONSTRAINT pk_message PRIMARY KEY (id), 
    CONSTRAINT uq_message_channel_external_id UNIQUE (channel, external_id), 
    CONSTRAINT fk_message_customer_id_customer FOREIGN KEY(customer_id) REFERENCES customer (id), 
    CONSTRAINT fk_message_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE INDEX ix_message_customer_id_at ON message (customer_id, at);

CREATE INDEX ix_message_fingerprint ON message (fingerprint) WHERE fingerprint IS NOT NULL;

CREATE INDEX ix_message_in_reply_to ON message (in_reply_to) WHERE in_reply_to <> '';

CREATE INDEX ix_message_lead_id_at ON message (lead_id, at);

CREATE INDEX ix_message_unlinked_recipient ON message (recipient) WHERE customer_id IS NULL AND direction = 'out';

CREATE TABLE staff_notice (
    id INTEGER NOT NULL, 
    escalation_id INTEGER NOT NULL, 
    step BIGINT NOT NULL, 
    channel TEXT NOT NULL, 
    person_id BIGINT NOT NULL, 
    at BIGINT NOT NULL, 
    sent_at BIGINT, 
    seen_at BIGINT, 
    effect_id BIGINT, 
    CONSTRAINT pk_staff_notice PRIMARY KEY (id), 
    CONSTRAINT uq_staff_notice_escalation_id_step_channel_person_id UNIQUE (escalation_id, step, channel, person_id), 
    CONSTRAINT fk_staff_notice_escalation_id_escalation FOREIGN KEY(escalation_id) REFERENCES escalation (id)
);

CREATE INDEX ix_staff_notice_unseen ON staff_notice (person_id, at) WHERE seen_at IS NULL;

CREATE INDEX ix_staff_notice_unsent ON staff_notice (at) WHERE sent_at IS NULL;

CREATE VIRTUAL TABLE customer_search USING fts5(name, email, phone, company, address, content='customer', content_rowid='id', tokenize='trigram');

CREATE TRIGGER customer_search_add AFTER INSERT ON customer BEGIN INSERT INTO customer_search (rowid, name, email, phone, company, address) VALUES (new.id, new.name, new.email, new.phone, new.company, new.address); END;

CREATE TRIGGER customer_search_remove AFTER DELETE ON customer BEGIN INSERT INTO customer_search (customer_search, rowid, name, email, phone, company, address) VALUES ('delete', old.id, old.name, old.email, old.phone, old.company, old.address); END;

CREATE TRIGGER customer_search_change AFTER UPDATE OF name, email, phone, company, address ON customer BEGIN INSERT INTO customer_search (customer_search, rowid, name, email, phone, company, address) VALUES ('delete', old.id, old.name, old.email, old.phone, old.company, old.address); INSERT INTO customer_search (rowid, name, email, phone, company, address) VALUES (new.id, new.name, new.email, new.phone, new.company, new.address); END;

CREATE VIRTUAL TABLE escalation_search USING fts5(reason, why, content='escalation', content_rowid='id', tokenize='trigram');

CREATE TRIGGER escalation_search_add AFTER INSERT ON escalation BEGIN INSERT INTO escalation_search (rowid, reason, why) VALUES (new.id, new.reason, new.why); END;

CREATE TRIGGER escalation_search_remove AFTER DELETE ON escalation BEGIN INSERT INTO escalation_search (escalation_search, rowid, reason, why) VALUES ('delete', old.id, old.reason, old.why); END;

CREATE TRIGGER escalation_search_change AFTER UPDATE OF reason, why ON escalation BEGIN INSERT INTO escalation_search (escalation_search, rowid, reason, why) VALUES ('delete', old.id, old.reason, old.why); INSERT INTO escalation_search (rowid, reason, why) VALUES (new.id, new.reason, new.why); END;

CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
INSERT INTO alembic_version VALUES ('0001');
-- Rows of every table.
INSERT INTO connection ("id", "connector", "name", "created_at", "settings", "account", "state", "state_since", "last_ok_at", "trouble", "remedy", "failures", "next_poll_at") VALUES (1000, 'connection.connector Zoë O’Hara, “roof & gutter”; 50 %', 'connection.name Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, '{"number": 7, "text": "Zoë"}', 'connection.account Zoë O’Hara, “roof & gutter”; 50 %', 'connection.state Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 'connection.trouble Zoë O’Hara, “roof & gutter”; 50 %', 'connection.remedy Zoë O’Hara, “roof & gutter”; 50 %', 0, 1772463600000000);
INSERT INTO connection ("id", "connector", "name", "created_at", "settings", "account", "state", "trouble", "remedy", "failures") VALUES (1001, 'connection.connector line one
line two	🏠', 'connection.name line one
line two	🏠', 1772463600000001, '[]', 'connection.account line one
line two	🏠', 'connection.state line one
line two	🏠', 'connection.trouble line one
line two	🏠', 'connection.remedy line one
line two	🏠', 1);
INSERT INTO consent ("id", "channel", "address", "allowed", "at", "words", "said_by", "customer_id") VALUES (1000, 'consent.channel Zoë O’Hara, “roof & gutter”; 50 %', 'consent.address Zoë O’Hara, “roof & gutter”; 50 %', 1, 1772463600000000, 'consent.words Zoë O’Hara, “roof & gutter”; 50 %', 'consent.said_by Zoë O’Hara, “roof & gutter”; 50 %', 1);
INSERT INTO consent ("id", "channel", "address", "allowed", "at", "words", "said_by") VALUES (1001, 'consent.channel line one
line two	🏠', 'consent.address line one
line two	🏠', 0, 1772463600000001, 'consent.words line one
line two	🏠', 'consent.said_by line one
line two	🏠');
INSERT INTO customer ("id", "name", "created_at", "updated_at", "last_contact_at", "email", "phone", "company", "address", "tags", "joined_into") VALUES (1000, 'customer.name Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 1772463600000000, 'customer.email Zoë O’Hara, “roof & gutter”; 50 %', 'customer.phone Zoë O’Hara, “roof & gutter”; 50 %', 'customer.company Zoë O’Hara, “roof & gutter”; 50 %', 'customer.address Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', 1);
INSERT INTO customer ("id", "name", "created_at", "updated_at", "last_contact_at", "email", "phone", "company", "address", "tags") VALUES (1001, 'customer.name line one
line two	🏠', 1772463600000001, 1772463600000001, 1772463600000001, 'customer.email line one
line two	🏠', 'customer.phone line one
line two	🏠', 'customer.company line one
line two	🏠', 'customer.address line one
line two	🏠', '[]');
INSERT INTO dead_address ("id", "channel", "address", "at", "status", "words", "lifted_at", "lifted_by") VALUES (1000, 'dead_address.channel Zoë O’Hara, “roof & gutter”; 50 %', 'dead_address.address Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'dead_address.status Zoë O’Hara, “roof & gutter”; 50 %', 'dead_address.words Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'dead_address.lifted_by Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO dead_address ("id", "channel", "address", "at", "status", "words", "lifted_by") VALUES (1001, 'dead_address.channel line one
line two	🏠', 'dead_address.address line one
line two	🏠', 1772463600000001, 'dead_address.status line one
line two	🏠', 'dead_address.words line one
line two	🏠', 'dead_address.lifted_by line one
line two	🏠');
INSERT INTO draft ("id", "escalation_id", "person_id", "kind", "text", "saved_at") VALUES (1000, 1, 1, 'draft.kind Zoë O’Hara, “roof & gutter”; 50 %', 'draft.text Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000);
INSERT INTO draft ("id", "escalation_id", "person_id", "kind", "text", "saved_at") VALUES (1001, 0, 0, 'draft.kind line one
line two	🏠', 'draft.text line one
line two	🏠', 1772463600000001);
INSERT INTO effect ("id", "key", "action", "request", "planned_at", "channel", "recipient", "effect_class", "state", "wake_at", "expires_at", "connection_id", "run_id", "escalation_id", "customer_id", "lead_id", "automatic", "rule_key", "held_by", "cost_micros", "provider_id", "tries", "sent_at", "settled_at", "evidence", "checksum") VALUES (1000, 'effect.key Zoë O’Hara, “roof & gutter”; 50 %', 'effect.action Zoë O’Hara, “roof & gutter”; 50 %', X'00ff00', 1772463600000000, 'effect.channel Zoë O’Hara, “roof & gutter”; 50 %', 'effect.recipient Zoë O’Hara, “roof & gutter”; 50 %', 'effect.effect_class Zoë O’Hara, “roof & gutter”; 50 %', 'effect.state Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 1, 0, 1, 1, 1, 1, 'effect.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 'effect.held_by Zoë O’Hara, “roof & gutter”; 50 %', 1, 'effect.provider_id Zoë O’Hara, “roof & gutter”; 50 %', 1, 1772463600000000, 1772463600000000, 'effect.evidence Zoë O’Hara, “roof & gutter”; 50 %', 'effect.checksum Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO effect ("id", "key", "action", "request", "planned_at", "channel", "recipient", "effect_class", "state", "automatic", "rule_key", "held_by", "cost_micros", "provider_id", "tries", "evidence", "checksum") VALUES (1001, 'effect.key line one
line two	🏠', 'effect.action line one
line two	🏠', X'00ff01', 1772463600000001, 'effect.channel line one
line two	🏠', 'effect.recipient line one
line two	🏠', 'effect.effect_class line one
line two	🏠', 'effect.state line one
line two	🏠', 0, 'effect.rule_key line one
line two	🏠', 'effect.held_by line one
line two	🏠', 0, 'effect.provider_id line one
line two	🏠', 0, 'effect.evidence line one
line two	🏠', 'effect.checksum line one
line two	🏠');
INSERT INTO event ("id", "kind", "source_key", "at", "payload", "customer_id", "lead_id", "state", "tries", "trouble") VALUES (1000, 'event.kind Zoë O’Hara, “roof & gutter”; 50 %', 'event.source_key Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, X'00ff00', 1, 1, 1, 1, 'event.trouble Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO event ("id", "kind", "source_key", "at", "payload", "state", "tries") VALUES (1001, 'event.kind line one
line two	🏠', 'event.source_key line one
line two	🏠', 1772463600000001, X'00ff01', 0, 0);
INSERT INTO field_value ("id", "record_kind", "record_id", "field", "system", "value", "seen_at", "chosen") VALUES (1000, 'field_value.record_kind Zoë O’Hara, “roof & gutter”; 50 %', 1, 'field_value.field Zoë O’Hara, “roof & gutter”; 50 %', 'field_value.system Zoë O’Hara, “roof & gutter”; 50 %', 'field_value.value Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 0);
INSERT INTO field_value ("id", "record_kind", "record_id", "field", "system", "value", "seen_at", "chosen") VALUES (1001, 'field_value.record_kind line one
line two	🏠', 0, 'field_value.field line one
line two	🏠', 'field_value.system line one
line two	🏠', 'field_value.value line one
line two	🏠', 1772463600000001, 1);
INSERT INTO fuse ("id", "scope", "blown_at", "words", "rule_key", "closed_at", "closed_by") VALUES (1000, 'fuse.scope Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'fuse.words Zoë O’Hara, “roof & gutter”; 50 %', 'fuse.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'fuse.closed_by Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO fuse ("id", "scope", "blown_at", "words", "rule_key", "closed_by") VALUES (1001, 'fuse.scope line one
line two	🏠', 1772463600000001, 'fuse.words line one
line two	🏠', 'fuse.rule_key line one
line two	🏠', 'fuse.closed_by line one
line two	🏠');
INSERT INTO hold_out ("rule_key", "customer_id", "held", "at", "lead_id") VALUES ('hold_out.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 1, 0, 1772463600000000, 1);
INSERT INTO hold_out ("rule_key", "customer_id", "held", "at") VALUES ('hold_out.rule_key line one
line two	🏠', 0, 1, 1772463600000001);
INSERT INTO holiday ("day", "name") VALUES ('holiday.day Zoë O’Hara, “roof & gutter”; 50 %', 'holiday.name Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO holiday ("day", "name") VALUES ('holiday.day line one
line two	🏠', 'holiday.name line one
line two	🏠');
INSERT INTO intake_item ("id", "connection_id", "stream", "item_key", "content_key", "fate", "reason", "seen_at", "record_kind", "record_id") VALUES (1000, 1, 'intake_item.stream Zoë O’Hara, “roof & gutter”; 50 %', 'intake_item.item_key Zoë O’Hara, “roof & gutter”; 50 %', 'intake_item.content_key Zoë O’Hara, “roof & gutter”; 50 %', 'intake_item.fate Zoë O’Hara, “roof & gutter”; 50 %', 'intake_item.reason Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'intake_item.record_kind Zoë O’Hara, “roof & gutter”; 50 %', 1);
INSERT INTO intake_item ("id", "connection_id", "stream", "item_key", "content_key", "fate", "reason", "seen_at", "record_kind") VALUES (1001, 0, 'intake_item.stream line one
line two	🏠', 'intake_item.item_key line one
line two	🏠', 'intake_item.content_key line one
line two	🏠', 'intake_item.fate line one
line two	🏠', 'intake_item.reason line one
line two	🏠', 1772463600000001, 'intake_item.record_kind line one
line two	🏠');
INSERT INTO kpi_alert ("kpi", "state", "since", "checked_at", "value", "low", "high", "n", "muted_until", "words", "episode", "out_since", "told", "silent_since", "severity", "expected", "driver", "money_low_minor", "money_high_minor", "money_words", "sensitivity") VALUES ('kpi_alert.kpi Zoë O’Hara, “roof & gutter”; 50 %', 'kpi_alert.state Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 0.25, 0.25, 0.25, 1, 1772463600000000, 'kpi_alert.words Zoë O’Hara, “roof & gutter”; 50 %', 1, 1772463600000000, 0, 1772463600000000, 'kpi_alert.severity Zoë O’Hara, “roof & gutter”; 50 %', 'kpi_alert.expected Zoë O’Hara, “roof & gutter”; 50 %', 'kpi_alert.driver Zoë O’Hara, “roof & gutter”; 50 %', 1, 0, 'kpi_alert.money_words Zoë O’Hara, “roof & gutter”; 50 %', 1);
INSERT INTO kpi_alert ("kpi", "state", "since", "checked_at", "n", "words", "episode", "told", "severity", "expected", "driver", "money_words", "sensitivity") VALUES ('kpi_alert.kpi line one
line two	🏠', 'kpi_alert.state line one
line two	🏠', 1772463600000001, 1772463600000001, 0, 'kpi_alert.words line one
line two	🏠', 0, 1, 'kpi_alert.severity line one
line two	🏠', 'kpi_alert.expected line one
line two	🏠', 'kpi_alert.driver line one
line two	🏠', 'kpi_alert.money_words line one
line two	🏠', 0);
INSERT INTO kpi_fact ("kpi", "record_id", "at", "day", "hour", "part", "whole", "value", "segment", "ripens_at", "end_day", "end_hour", "standing") VALUES ('kpi_fact.kpi Zoë O’Hara, “roof & gutter”; 50 %', 1, 1772463600000000, 1, 0, 0, 1, 1, 'kpi_fact.segment Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1, 0, 0);
INSERT INTO kpi_fact ("kpi", "record_id", "at", "day", "hour", "part", "whole", "segment", "standing") VALUES ('kpi_fact.kpi line one
line two	🏠', 0, 1772463600000001, 0, 1, 1, 0, 'kpi_fact.segment line one
line two	🏠', 1);
INSERT INTO kpi_note ("id", "kpi", "at", "kind", "words", "episode", "actor") VALUES (1000, 'kpi_note.kpi Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'kpi_note.kind Zoë O’Hara, “roof & gutter”; 50 %', 'kpi_note.words Zoë O’Hara, “roof & gutter”; 50 %', 1, 'kpi_note.actor Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO kpi_note ("id", "kpi", "at", "kind", "words", "episode", "actor") VALUES (1001, 'kpi_note.kpi line one
line two	🏠', 1772463600000001, 'kpi_note.kind line one
line two	🏠', 'kpi_note.words line one
line two	🏠', 0, 'kpi_note.actor line one
line two	🏠');
INSERT INTO kpi_target ("kpi", "target", "low", "high") VALUES ('kpi_target.kpi Zoë O’Hara, “roof & gutter”; 50 %', 0.25, 0.25, 0.25);
INSERT INTO kpi_target ("kpi") VALUES ('kpi_target.kpi line one
line two	🏠');
INSERT INTO message_text ("key", "subject", "body", "edited_at", "edited_by") VALUES ('message_text.key Zoë O’Hara, “roof & gutter”; 50 %', 'message_text.subject Zoë O’Hara, “roof & gutter”; 50 %', 'message_text.body Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'message_text.edited_by Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO message_text ("key", "subject", "body", "edited_at", "edited_by") VALUES ('message_text.key line one
line two	🏠', 'message_text.subject line one
line two	🏠', 'message_text.body line one
line two	🏠', 1772463600000001, 'message_text.edited_by line one
line two	🏠');
INSERT INTO person ("id", "name", "role", "email", "phone", "active", "away_until", "notify") VALUES (1000, 'person.name Zoë O’Hara, “roof & gutter”; 50 %', 'person.role Zoë O’Hara, “roof & gutter”; 50 %', 'person.email Zoë O’Hara, “roof & gutter”; 50 %', 'person.phone Zoë O’Hara, “roof & gutter”; 50 %', 0, 1772463600000000, '{"number": 7, "text": "Zoë"}');
INSERT INTO person ("id", "name", "role", "email", "phone", "active", "notify") VALUES (1001, 'person.name line one
line two	🏠', 'person.role line one
line two	🏠', 'person.email line one
line two	🏠', 'person.phone line one
line two	🏠', 1, '[]');
INSERT INTO playbook_use ("key", "version", "installed", "since", "by", "knobs", "versions", "kept") VALUES ('playbook_use.key Zoë O’Hara, “roof & gutter”; 50 %', 1, 1, 1772463600000000, 'playbook_use.by Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', '{"number": 7, "text": "Zoë"}', '{"number": 7, "text": "Zoë"}');
INSERT INTO playbook_use ("key", "version", "installed", "since", "by", "knobs", "versions", "kept") VALUES ('playbook_use.key line one
line two	🏠', 0, 0, 1772463600000001, 'playbook_use.by line one
line two	🏠', '[]', '[]', '[]');
INSERT INTO presence ("id", "person_id", "escalation_id", "mode", "seen_at") VALUES (1000, 1, 1, 'presence.mode Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000);
INSERT INTO presence ("id", "person_id", "escalation_id", "mode", "seen_at") VALUES (1001, 0, 0, 'presence.mode line one
line two	🏠', 1772463600000001);
INSERT INTO rhythm ("stream", "beat", "words", "since", "checked_at") VALUES ('rhythm.stream Zoë O’Hara, “roof & gutter”; 50 %', 'rhythm.beat Zoë O’Hara, “roof & gutter”; 50 %', 'rhythm.words Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000);
INSERT INTO rhythm ("stream", "beat", "words", "since", "checked_at") VALUES ('rhythm.stream line one
line two	🏠', 'rhythm.beat line one
line two	🏠', 'rhythm.words line one
line two	🏠', 1772463600000001, 1772463600000001);
INSERT INTO rollup ("kpi", "split", "day", "bin", "n", "part", "whole", "total") VALUES ('rollup.kpi Zoë O’Hara, “roof & gutter”; 50 %', 'rollup.split Zoë O’Hara, “roof & gutter”; 50 %', 1, 1, 1, 0, 1, 1);
INSERT INTO rollup ("kpi", "split", "day", "bin", "n", "part", "whole", "total") VALUES ('rollup.kpi line one
line two	🏠', 'rollup.split line one
line two	🏠', 0, 0, 0, 1, 0, 0);
INSERT INTO rule_entry ("rule_key", "subject", "at") VALUES ('rule_entry.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 'rule_entry.subject Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000);
INSERT INTO rule_entry ("rule_key", "subject", "at") VALUES ('rule_entry.rule_key line one
line two	🏠', 'rule_entry.subject line one
line two	🏠', 1772463600000001);
INSERT INTO rule_switch ("rule_key", "version_id", "enabled", "since", "hold_out") VALUES ('rule_switch.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 0, 1, 1772463600000000, 0);
INSERT INTO rule_switch ("rule_key", "version_id", "enabled", "since", "hold_out") VALUES ('rule_switch.rule_key line one
line two	🏠', 1, 0, 1772463600000001, 1);
INSERT INTO rule_trial ("id", "rule_key", "digest", "at", "by", "waived", "result") VALUES (1000, 'rule_trial.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 'rule_trial.digest Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'rule_trial.by Zoë O’Hara, “roof & gutter”; 50 %', 0, X'00ff00');
INSERT INTO rule_trial ("id", "rule_key", "digest", "at", "by", "waived") VALUES (1001, 'rule_trial.rule_key line one
line two	🏠', 'rule_trial.digest line one
line two	🏠', 1772463600000001, 'rule_trial.by line one
line two	🏠', 1);
INSERT INTO rule_version ("id", "rule_key", "digest", "body", "made_at", "made_by") VALUES (1000, 'rule_version.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 'rule_version.digest Zoë O’Hara, “roof & gutter”; 50 %', 'rule_version.body Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'rule_version.made_by Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO rule_version ("id", "rule_key", "digest", "body", "made_at", "made_by") VALUES (1001, 'rule_version.rule_key line one
line two	🏠', 'rule_version.digest line one
line two	🏠', 'rule_version.body line one
line two	🏠', 1772463600000001, 'rule_version.made_by line one
line two	🏠');
INSERT INTO run ("id", "event_id", "rule_key", "version_id", "subject", "state", "started_at", "position", "wake_at", "waiting_for", "effect_id", "customer_id", "lead_id", "tries", "ended_at", "outcome") VALUES (1000, 0, 'run.rule_key Zoë O’Hara, “roof & gutter”; 50 %', 0, 'run.subject Zoë O’Hara, “roof & gutter”; 50 %', 'run.state Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'run.position Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'run.waiting_for Zoë O’Hara, “roof & gutter”; 50 %', 1, 1, 1, 1, 1772463600000000, 'run.outcome Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO run ("id", "event_id", "rule_key", "version_id", "subject", "state", "started_at", "position", "tries") VALUES (1001, 1, 'run.rule_key line one
line two	🏠', 1, 'run.subject line one
line two	🏠', 'run.state line one
line two	🏠', 1772463600000001, 'run.position line one
line two	🏠', 0);
INSERT INTO run_step ("id", "run_id", "position", "action", "at", "words", "inputs", "effect_id") VALUES (1000, 0, 'run_step.position Zoë O’Hara, “roof & gutter”; 50 %', 'run_step.action Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'run_step.words Zoë O’Hara, “roof & gutter”; 50 %', X'00ff00', 1);
INSERT INTO run_step ("id", "run_id", "position", "action", "at", "words") VALUES (1001, 1, 'run_step.position line one
line two	🏠', 'run_step.action line one
line two	🏠', 1772463600000001, 'run_step.words line one
line two	🏠');
INSERT INTO seen_event ("id") VALUES (1000);
INSERT INTO seen_event ("id") VALUES (1001);
INSERT INTO setting ("key", "value") VALUES ('setting.key Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}');
INSERT INTO setting ("key", "value") VALUES ('setting.key line one
line two	🏠', '[]');
INSERT INTO storage_day ("day", "database", "history", "backups") VALUES (1, 0, 1, 1);
INSERT INTO storage_day ("day", "database", "history", "backups") VALUES (0, 1, 0, 0);
INSERT INTO stream_state ("id", "connection_id", "stream", "cursor", "read_at", "items", "day", "day_items") VALUES (1000, 1, 'stream_state.stream Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', 1772463600000000, 1, 1, 1);
INSERT INTO stream_state ("id", "connection_id", "stream", "cursor", "read_at", "items", "day", "day_items") VALUES (1001, 0, 'stream_state.stream line one
line two	🏠', '[]', 1772463600000001, 0, 0, 0);
INSERT INTO work_session ("id", "started_at", "beat_at", "stopped_at", "seen_at") VALUES (1000, 1772463600000000, 1772463600000000, 1772463600000000, 1772463600000000);
INSERT INTO work_session ("id", "started_at", "beat_at") VALUES (1001, 1772463600000001, 1772463600000001);
INSERT INTO work_span ("id", "weekday", "opens_min", "closes_min", "person_id") VALUES (1000, 1, 1, 0, 1);
INSERT INTO work_span ("id", "weekday", "opens_min", "closes_min") VALUES (1001, 0, 0, 1);
INSERT INTO call ("id", "external_key", "direction", "caller", "called", "started_at", "answered", "duration_s", "answered_by", "customer_id", "connection_id") VALUES (1000, 'call.external_key Zoë O’Hara, “roof & gutter”; 50 %', 'call.direction Zoë O’Hara, “roof & gutter”; 50 %', 'call.caller Zoë O’Hara, “roof & gutter”; 50 %', 'call.called Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 0, 0, 'call.answered_by Zoë O’Hara, “roof & gutter”; 50 %', 1000, 1);
INSERT INTO call ("id", "external_key", "direction", "caller", "called", "started_at", "answered", "duration_s", "answered_by") VALUES (1001, 'call.external_key line one
line two	🏠', 'call.direction line one
line two	🏠', 'call.caller line one
line two	🏠', 'call.called line one
line two	🏠', 1772463600000001, 1, 1, 'call.answered_by line one
line two	🏠');
INSERT INTO customer_join ("id", "kept_id", "other_id", "at", "reason", "moved", "undone_at") VALUES (1000, 1000, 1000, 1772463600000000, 'customer_join.reason Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', 1772463600000000);
INSERT INTO customer_join ("id", "kept_id", "other_id", "at", "reason", "moved") VALUES (1001, 1001, 1001, 1772463600000001, 'customer_join.reason line one
line two	🏠', '[]');
INSERT INTO customer_note ("id", "customer_id", "at", "text", "by") VALUES (1000, 1000, 1772463600000000, 'customer_note.text Zoë O’Hara, “roof & gutter”; 50 %', 'customer_note.by Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO customer_note ("id", "customer_id", "at", "text", "by") VALUES (1001, 1001, 1772463600000001, 'customer_note.text line one
line two	🏠', 'customer_note.by line one
line two	🏠');
INSERT INTO escalation ("id", "source_key", "kind", "severity", "reason", "why", "created_at", "due_at", "next_at", "state", "shelf", "version", "policy", "ladder", "step", "climb_from", "owner_id", "lease_until", "snoozed_until", "wakes_on_reply", "unanswered", "customer_id", "lead_id", "message_id", "run_id", "effect_id", "connection_id", "rule_key", "marks", "tried", "proposals", "money_minor", "money_label", "first_ack_at", "resolved_at", "outcome") VALUES (1000, 'escalation.source_key Zoë O’Hara, “roof & gutter”; 50 %', 'escalation.kind Zoë O’Hara, “roof & gutter”; 50 %', 'escalation.severity Zoë O’Hara, “roof & gutter”; 50 %', 'escalation.reason Zoë O’Hara, “roof & gutter”; 50 %', 'escalation.why Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 1772463600000000, 'escalation.state Zoë O’Hara, “roof & gutter”; 50 %', 'escalation.shelf Zoë O’Hara, “roof & gutter”; 50 %', 1, 'escalation.policy Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', 0, 0, 1000, 1772463600000000, 1772463600000000, 0, 0, 1000, 1, 0, 0, 1, 1, 'escalation.rule_key Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', '{"number": 7, "text": "Zoë"}', '{"number": 7, "text": "Zoë"}', 1, 'escalation.money_label Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 'escalation.outcome Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO escalation ("id", "source_key", "kind", "severity", "reason", "why", "created_at", "due_at", "next_at", "state", "shelf", "version", "policy", "ladder", "step", "climb_from", "wakes_on_reply", "unanswered", "rule_key", "marks", "tried", "proposals", "money_label", "outcome") VALUES (1001, 'escalation.source_key line one
line two	🏠', 'escalation.kind line one
line two	🏠', 'escalation.severity line one
line two	🏠', 'escalation.reason line one
line two	🏠', 'escalation.why line one
line two	🏠', 1772463600000001, 1772463600000001, 1772463600000001, 'escalation.state line one
line two	🏠', 'escalation.shelf line one
line two	🏠', 0, 'escalation.policy line one
line two	🏠', '[]', 1, 1, 1, 1, 'escalation.rule_key line one
line two	🏠', '[]', '[]', '[]', 'escalation.money_label line one
line two	🏠', 'escalation.outcome line one
line two	🏠');
INSERT INTO identity ("id", "kind", "value", "customer_id", "source", "seen_at") VALUES (1000, 'identity.kind Zoë O’Hara, “roof & gutter”; 50 %', 'identity.value Zoë O’Hara, “roof & gutter”; 50 %', 1000, 'identity.source Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000);
INSERT INTO identity ("id", "kind", "value", "customer_id", "source", "seen_at") VALUES (1001, 'identity.kind line one
line two	🏠', 'identity.value line one
line two	🏠', 1001, 'identity.source line one
line two	🏠', 1772463600000001);
INSERT INTO invoice ("id", "external_key", "number", "issued_on", "due_on", "total_minor", "paid_minor", "currency", "paid_on", "customer_id", "connection_id") VALUES (1000, 'invoice.external_key Zoë O’Hara, “roof & gutter”; 50 %', 'invoice.number Zoë O’Hara, “roof & gutter”; 50 %', '2026-03-02', '2026-03-02', 1, 0, 'invoice.currency Zoë O’Hara, “roof & gutter”; 50 %', '2026-03-02', 1000, 1);
INSERT INTO invoice ("id", "external_key", "number", "issued_on", "due_on", "total_minor", "paid_minor", "currency") VALUES (1001, 'invoice.external_key line one
line two	🏠', 'invoice.number line one
line two	🏠', '2026-03-03', '2026-03-03', 0, 1, 'invoice.currency line one
line two	🏠');
INSERT INTO job ("id", "external_key", "number", "title", "state", "currency", "planned_on", "done_on", "total_minor", "invoice_number", "customer_id", "connection_id") VALUES (1000, 'job.external_key Zoë O’Hara, “roof & gutter”; 50 %', 'job.number Zoë O’Hara, “roof & gutter”; 50 %', 'job.title Zoë O’Hara, “roof & gutter”; 50 %', 'job.state Zoë O’Hara, “roof & gutter”; 50 %', 'job.currency Zoë O’Hara, “roof & gutter”; 50 %', '2026-03-02', '2026-03-02', 1, 'job.invoice_number Zoë O’Hara, “roof & gutter”; 50 %', 1000, 1);
INSERT INTO job ("id", "external_key", "number", "title", "state", "currency", "invoice_number") VALUES (1001, 'job.external_key line one
line two	🏠', 'job.number line one
line two	🏠', 'job.title line one
line two	🏠', 'job.state line one
line two	🏠', 'job.currency line one
line two	🏠', 'job.invoice_number line one
line two	🏠');
INSERT INTO lead ("id", "customer_id", "source", "subject", "created_at", "state", "asked", "fields", "urgent", "message_id", "owner_id", "first_touch_at", "first_touch_by", "replied_at", "booked_at", "closed_at", "value_minor") VALUES (1000, 1000, 'lead.source Zoë O’Hara, “roof & gutter”; 50 %', 'lead.subject Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'lead.state Zoë O’Hara, “roof & gutter”; 50 %', 'lead.asked Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', 0, 0, 0, 1772463600000000, 'lead.first_touch_by Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 1772463600000000, 1);
INSERT INTO lead ("id", "customer_id", "source", "subject", "created_at", "state", "asked", "fields", "urgent", "first_touch_by") VALUES (1001, 1001, 'lead.source line one
line two	🏠', 'lead.subject line one
line two	🏠', 1772463600000001, 'lead.state line one
line two	🏠', 'lead.asked line one
line two	🏠', '[]', 1, 'lead.first_touch_by line one
line two	🏠');
INSERT INTO quote ("id", "external_key", "number", "title", "sent_on", "total_minor", "currency", "state", "valid_until", "decided_on", "customer_id", "connection_id") VALUES (1000, 'quote.external_key Zoë O’Hara, “roof & gutter”; 50 %', 'quote.number Zoë O’Hara, “roof & gutter”; 50 %', 'quote.title Zoë O’Hara, “roof & gutter”; 50 %', '2026-03-02', 1, 'quote.currency Zoë O’Hara, “roof & gutter”; 50 %', 'quote.state Zoë O’Hara, “roof & gutter”; 50 %', '2026-03-02', '2026-03-02', 1000, 1);
INSERT INTO quote ("id", "external_key", "number", "title", "sent_on", "total_minor", "currency", "state") VALUES (1001, 'quote.external_key line one
line two	🏠', 'quote.number line one
line two	🏠', 'quote.title line one
line two	🏠', '2026-03-03', 0, 'quote.currency line one
line two	🏠', 'quote.state line one
line two	🏠');
INSERT INTO appointment ("id", "external_key", "title", "starts_at", "ends_at", "created_at", "state", "place", "customer_id", "lead_id", "person_id", "connection_id") VALUES (1000, 'appointment.external_key Zoë O’Hara, “roof & gutter”; 50 %', 'appointment.title Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 1772463600000000, 1772463600000000, 'appointment.state Zoë O’Hara, “roof & gutter”; 50 %', 'appointment.place Zoë O’Hara, “roof & gutter”; 50 %', 1000, 1000, 1, 1);
INSERT INTO appointment ("id", "external_key", "title", "starts_at", "ends_at", "created_at", "state", "place") VALUES (1001, 'appointment.external_key line one
line two	🏠', 'appointment.title line one
line two	🏠', 1772463600000001, 1772463600000001, 1772463600000001, 'appointment.state line one
line two	🏠', 'appointment.place line one
line two	🏠');
INSERT INTO escalation_event ("id", "escalation_id", "version", "kind", "actor", "at", "reason", "payload") VALUES (1000, 1000, 1, 'escalation_event.kind Zoë O’Hara, “roof & gutter”; 50 %', 'escalation_event.actor Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'escalation_event.reason Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}');
INSERT INTO escalation_event ("id", "escalation_id", "version", "kind", "actor", "at", "reason", "payload") VALUES (1001, 1001, 0, 'escalation_event.kind line one
line two	🏠', 'escalation_event.actor line one
line two	🏠', 1772463600000001, 'escalation_event.reason line one
line two	🏠', '[]');
INSERT INTO message ("id", "channel", "external_id", "direction", "at", "sender", "recipient", "subject", "text", "stored_at", "fate", "fate_reason", "sender_name", "in_reply_to", "reference_ids", "customer_id", "lead_id", "connection_id", "effect_id", "automatic", "attachments", "fingerprint") VALUES (1000, 'message.channel Zoë O’Hara, “roof & gutter”; 50 %', 'message.external_id Zoë O’Hara, “roof & gutter”; 50 %', 'message.direction Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'message.sender Zoë O’Hara, “roof & gutter”; 50 %', 'message.recipient Zoë O’Hara, “roof & gutter”; 50 %', 'message.subject Zoë O’Hara, “roof & gutter”; 50 %', 'message.text Zoë O’Hara, “roof & gutter”; 50 %', 1772463600000000, 'message.fate Zoë O’Hara, “roof & gutter”; 50 %', 'message.fate_reason Zoë O’Hara, “roof & gutter”; 50 %', 'message.sender_name Zoë O’Hara, “roof & gutter”; 50 %', 'message.in_reply_to Zoë O’Hara, “roof & gutter”; 50 %', '{"number": 7, "text": "Zoë"}', 1000, 1000, 1, 1, 1, '{"number": 7, "text": "Zoë"}', 'message.fingerprint Zoë O’Hara, “roof & gutter”; 50 %');
INSERT INTO message ("id", "channel", "external_id", "direction", "at", "sender", "recipient", "subject", "text", "stored_at", "fate", "fate_reason", "sender_name", "in_reply_to", "reference_ids", "automatic", "attachments") VALUES (1001, 'message.channel line one
line two	🏠', 'message.external_id line one
line two	🏠', 'message.direction line one
line two	🏠', 1772463600000001, 'message.sender line one
line two	🏠', 'message.recipient line one
line two	🏠', 'message.subject line one
line two	🏠', 'message.text line one
line two	🏠', 1772463600000001, 'message.fate line one
line two	🏠', 'message.fate_reason line one
line two	🏠', 'message.sender_name line one
line two	🏠', 'message.in_reply_to line one
line two	🏠', '[]', 0, '[]');
INSERT INTO staff_notice ("id", "escalation_id", "step", "channel", "person_id", "at", "sent_at", "seen_at", "effect_id") VALUES (1000, 1000, 0, 'staff_notice.channel Zoë O’Hara, “roof & gutter”; 50 %', 1, 1772463600000000, 1772463600000000, 1772463600000000, 1);
INSERT INTO staff_notice ("id", "escalation_id", "step", "channel", "person_id", "at") VALUES (1001, 1001, 1, 'staff_notice.channel line one
line two	🏠', 0, 1772463600000001);
