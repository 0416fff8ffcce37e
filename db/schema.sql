-- The schema of orderbell, for reading: made by `./dev docs` from adapters/sql/schema.py.
-- A database is made and changed by db/migrations. A test holds the three together.

CREATE TABLE shop (
    shop_id BIGINT GENERATED ALWAYS AS IDENTITY,
    slug TEXT NOT NULL,
    position INTEGER DEFAULT '0' NOT NULL,
    name JSONB NOT NULL,
    locale TEXT NOT NULL,
    currency CHAR(3) NOT NULL,
    timezone TEXT NOT NULL,
    phone TEXT DEFAULT '' NOT NULL,
    accepting TEXT DEFAULT 'open' NOT NULL,
    busy_minutes INTEGER,
    paused_until TIMESTAMP WITH TIME ZONE,
    accept_seconds INTEGER DEFAULT '300' NOT NULL,
    menu_version INTEGER DEFAULT '1' NOT NULL,
    epoch UUID DEFAULT gen_random_uuid() NOT NULL,
    last_seq BIGINT DEFAULT '0' NOT NULL,
    state_seq BIGINT DEFAULT '0' NOT NULL,
    business_day DATE,
    day_count INTEGER DEFAULT '0' NOT NULL,
    secret BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    kept_seq BIGINT DEFAULT '0' NOT NULL,
    amber_minutes INTEGER DEFAULT '5' NOT NULL,
    red_minutes INTEGER DEFAULT '10' NOT NULL,
    attended BOOLEAN DEFAULT false NOT NULL,
    board_seq BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_shop PRIMARY KEY (shop_id),
    CONSTRAINT ck_shop_slug CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    CONSTRAINT ck_shop_currency CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_shop_name CHECK (jsonb_typeof(name) = 'object' AND name <> '{}'),
    CONSTRAINT ck_shop_accepting CHECK (accepting IN ('open', 'busy', 'paused', 'closed')),
    CONSTRAINT ck_shop_busy_minutes CHECK (busy_minutes BETWEEN 1 AND 240),
    CONSTRAINT ck_shop_paused_until CHECK (paused_until < '2500-01-01 00:00:00+00'),
    CONSTRAINT ck_shop_accept_seconds CHECK (accept_seconds BETWEEN 30 AND 3600),
    CONSTRAINT ck_shop_counters CHECK (menu_version > 0 AND last_seq >= 0 AND day_count >= 0 AND state_seq <= last_seq),
    CONSTRAINT ck_shop_secret CHECK (octet_length(secret) >= 32),
    CONSTRAINT ck_shop_kept_seq CHECK (kept_seq BETWEEN 0 AND last_seq),
    CONSTRAINT ck_shop_ages CHECK (amber_minutes >= 1 AND amber_minutes < red_minutes AND red_minutes <= 240),
    CONSTRAINT ck_shop_board_seq CHECK (board_seq BETWEEN 0 AND last_seq),
    CONSTRAINT uq_shop_slug UNIQUE (slug)
);
COMMENT ON COLUMN shop.locale IS 'the language its kitchen reads';
COMMENT ON COLUMN shop.last_seq IS 'the row lock on it orders the shop''s log';
COMMENT ON COLUMN shop.state_seq IS 'seq of its latest shop or menu event';
COMMENT ON COLUMN shop.business_day IS 'the shop''s local day that day_count counts';
COMMENT ON COLUMN shop.secret IS 'key of the order tokens';
COMMENT ON COLUMN shop.kept_seq IS 'events up to this seq were purged';
COMMENT ON COLUMN shop.amber_minutes IS 'age at which a ticket turns amber';
COMMENT ON COLUMN shop.attended IS 'a screen that can be seen and heard said so lately; kept by the sweep';
COMMENT ON COLUMN shop.board_seq IS 'seq of the latest move that changed the guests'' board';

CREATE TABLE category (
    shop_id BIGINT NOT NULL,
    category_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name JSONB NOT NULL,
    CONSTRAINT pk_category PRIMARY KEY (shop_id, category_id),
    CONSTRAINT ck_category_name CHECK (jsonb_typeof(name) = 'object' AND name <> '{}'),
    CONSTRAINT fk_category_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE
);

CREATE TABLE item (
    shop_id BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    category_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name JSONB NOT NULL,
    description JSONB DEFAULT '{}' NOT NULL,
    price BIGINT NOT NULL,
    available BOOLEAN DEFAULT true NOT NULL,
    unavailable_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_item PRIMARY KEY (shop_id, item_id),
    CONSTRAINT fk_item_shop_id_category_id FOREIGN KEY(shop_id, category_id) REFERENCES category (shop_id, category_id) ON DELETE CASCADE,
    CONSTRAINT ck_item_price CHECK (price >= 0),
    CONSTRAINT ck_item_name CHECK (jsonb_typeof(name) = 'object' AND name <> '{}')
);
COMMENT ON COLUMN item.price IS 'minor units';

CREATE TABLE option_group (
    shop_id BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name JSONB NOT NULL,
    min_choices INTEGER NOT NULL,
    max_choices INTEGER NOT NULL,
    CONSTRAINT pk_option_group PRIMARY KEY (shop_id, item_id, group_id),
    CONSTRAINT fk_option_group_shop_id_item_id FOREIGN KEY(shop_id, item_id) REFERENCES item (shop_id, item_id) ON DELETE CASCADE,
    CONSTRAINT ck_option_group_choices CHECK (min_choices BETWEEN 0 AND max_choices AND max_choices >= 1)
);

CREATE TABLE choice (
    shop_id BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    choice_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name JSONB NOT NULL,
    price BIGINT DEFAULT '0' NOT NULL,
    available BOOLEAN DEFAULT true NOT NULL,
    CONSTRAINT pk_choice PRIMARY KEY (shop_id, item_id, choice_id),
    CONSTRAINT fk_choice_shop_id_item_id_group_id FOREIGN KEY(shop_id, item_id, group_id) REFERENCES option_group (shop_id, item_id, group_id) ON DELETE CASCADE,
    CONSTRAINT ck_choice_price CHECK (price >= 0)
);
COMMENT ON COLUMN choice.choice_id IS 'unique within the item, as an order names choices without their group';

CREATE TABLE orders (
    order_id UUID NOT NULL,
    shop_id BIGINT NOT NULL,
    business_day DATE NOT NULL,
    number TEXT NOT NULL,
    idem_hash BYTEA NOT NULL,
    fingerprint BYTEA NOT NULL,
    token_hash BYTEA NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    service TEXT NOT NULL,
    table_label TEXT,
    total BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    customer_name TEXT NOT NULL,
    customer_phone TEXT,
    customer_address TEXT,
    placed_seq BIGINT NOT NULL,
    placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accept_by TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE,
    promised_at TIMESTAMP WITH TIME ZONE,
    cancel_requested_at TIMESTAMP WITH TIME ZONE,
    nudges INTEGER DEFAULT '0' NOT NULL,
    nudged_at TIMESTAMP WITH TIME ZONE,
    history JSONB NOT NULL,
    messages JSONB DEFAULT '[]' NOT NULL,
    pushed_at TIMESTAMP WITH TIME ZONE,
    erased_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_orders PRIMARY KEY (order_id),
    CONSTRAINT uq_orders_shop_id_idem_hash UNIQUE (shop_id, idem_hash),
    CONSTRAINT uq_orders_shop_id_business_day_number UNIQUE (shop_id, business_day, number),
    CONSTRAINT ck_orders_status CHECK (status IN ('placed', 'accepted', 'preparing', 'ready', 'dispatched', 'completed', 'rejected', 'expired', 'cancelled')),
    CONSTRAINT ck_orders_service CHECK (service IN ('pickup', 'delivery', 'dine_in')),
    CONSTRAINT ck_orders_version CHECK (version > 0),
    CONSTRAINT ck_orders_total CHECK (total >= 0),
    CONSTRAINT ck_orders_nudges CHECK (nudges BETWEEN 0 AND 5),
    CONSTRAINT ck_orders_table_label CHECK (service <> 'dine_in' OR table_label IS NOT NULL),
    CONSTRAINT ck_orders_arrays CHECK (jsonb_typeof(history) = 'array' AND jsonb_typeof(messages) = 'array'),
    CONSTRAINT fk_orders_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id)
);
CREATE INDEX ix_orders_due ON orders (accept_by) WHERE status = 'placed';
CREATE INDEX ix_orders_expired ON orders (accept_by) WHERE status = 'expired';
CREATE INDEX ix_orders_kept ON orders (placed_at) WHERE erased_at IS NULL;
CREATE INDEX ix_orders_open ON orders (shop_id, placed_seq) WHERE status IN ('placed', 'accepted', 'preparing', 'ready', 'dispatched');
CREATE INDEX ix_orders_unseen ON orders (shop_id, placed_seq) WHERE seen_at IS NULL;
COMMENT ON COLUMN orders.number IS 'called at the counter';
COMMENT ON COLUMN orders.idem_hash IS 'sha256 of the Idempotency-Key';
COMMENT ON COLUMN orders.fingerprint IS 'sha256 of the order that came with the key';
COMMENT ON COLUMN orders.token_hash IS 'sha256 of the customer''s token';
COMMENT ON COLUMN orders.pushed_at IS 'the first push to a kitchen that was answered well';
COMMENT ON COLUMN orders.erased_at IS 'when name, phone, address, notes and messages were erased';
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON orders USING (CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);
CREATE POLICY wall_order ON orders FOR SELECT USING (CASE WHEN current_setting('orderbell.wall') = 'order:' || order_id::text THEN true END IS NOT NULL);

CREATE TABLE order_line (
    order_id UUID NOT NULL,
    line_no INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    name TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    options JSONB DEFAULT '[]' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    shop_id BIGINT NOT NULL,
    CONSTRAINT pk_order_line PRIMARY KEY (order_id, line_no),
    CONSTRAINT ck_order_line_quantity CHECK (quantity BETWEEN 1 AND 99),
    CONSTRAINT ck_order_line_unit_price CHECK (unit_price >= 0),
    CONSTRAINT ck_order_line_amount CHECK (amount = quantity * unit_price),
    CONSTRAINT ck_order_line_options CHECK (jsonb_typeof(options) = 'array'),
    CONSTRAINT fk_order_line_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id) ON DELETE CASCADE
);
COMMENT ON COLUMN order_line.shop_id IS 'of the order, for the wall around it';
ALTER TABLE order_line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON order_line USING (CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);
CREATE POLICY wall_order ON order_line FOR SELECT USING (CASE WHEN current_setting('orderbell.wall') = 'order:' || order_id::text THEN true END IS NOT NULL);

CREATE TABLE event (
    shop_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    type TEXT NOT NULL,
    order_id UUID,
    payload JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (shop_id, seq),
    CONSTRAINT ck_event_seq CHECK (seq > 0),
    CONSTRAINT ck_event_type CHECK (type IN ('order.placed', 'order.updated', 'order.nudged', 'order.message', 'shop.updated', 'menu.updated')),
    CONSTRAINT ck_event_payload CHECK ((order_id IS NULL) = (payload IS NULL)),
    CONSTRAINT fk_event_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id),
    CONSTRAINT fk_event_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id) ON DELETE CASCADE
);
CREATE INDEX ix_event_order_id ON event (order_id);
COMMENT ON COLUMN event.payload IS 'the order as of this event, without the customer; null for shop and menu events';
ALTER TABLE event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON event USING (CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);

CREATE TABLE device (
    device_id UUID DEFAULT gen_random_uuid() NOT NULL,
    shop_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    ready_at TIMESTAMP WITH TIME ZONE,
    next_hash BYTEA,
    token_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_device PRIMARY KEY (device_id),
    CONSTRAINT fk_device_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE,
    CONSTRAINT uq_device_token_hash UNIQUE (token_hash),
    CONSTRAINT uq_device_next_hash UNIQUE (next_hash)
);
COMMENT ON COLUMN device.ready_at IS 'when it last said that it can be seen and heard';
COMMENT ON COLUMN device.next_hash IS 'sha256 of a token that was handed out and not used yet; the old one holds until then';
COMMENT ON COLUMN device.token_at IS 'since when the token holds';

CREATE TABLE pairing_code (
    code_hash BYTEA NOT NULL,
    shop_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_pairing_code PRIMARY KEY (code_hash),
    CONSTRAINT fk_pairing_code_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE
);

CREATE UNLOGGED TABLE rate (
    bucket BYTEA NOT NULL,
    tokens DOUBLE PRECISION NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_rate PRIMARY KEY (bucket)
);
CREATE INDEX ix_rate_at ON rate (at);
COMMENT ON COLUMN rate.bucket IS 'hash of what is counted: an address, a phone number, a shop, a device';
COMMENT ON COLUMN rate.tokens IS 'how many more are let through as of `at`';

CREATE TABLE availability (
    shop_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    device_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    available BOOLEAN NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_availability PRIMARY KEY (shop_id, seq, item_id),
    CONSTRAINT fk_availability_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE,
    CONSTRAINT fk_availability_device_id FOREIGN KEY(device_id) REFERENCES device (device_id) ON DELETE SET NULL
);
CREATE INDEX ix_availability_at ON availability (at);
COMMENT ON COLUMN availability.seq IS 'of the event menu.updated that told it';
COMMENT ON COLUMN availability.item_id IS 'no reference: the menu may have it no more';
COMMENT ON COLUMN availability.device_id IS 'null where an import did it';
COMMENT ON COLUMN availability.until IS 'sold out until then';
ALTER TABLE availability ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON availability USING (CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);

CREATE TABLE connection (
    connection_id TEXT NOT NULL,
    role TEXT,
    shop_id BIGINT,
    device_id UUID,
    order_id UUID,
    lang TEXT,
    sent_seq BIGINT DEFAULT '0' NOT NULL,
    acked_seq BIGINT DEFAULT '0' NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    busy_until TIMESTAMP WITH TIME ZONE,
    next_try TIMESTAMP WITH TIME ZONE,
    fails INTEGER DEFAULT '0' NOT NULL,
    ready JSONB,
    pair_tries INTEGER DEFAULT '0' NOT NULL,
    connected_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    pushes INTEGER DEFAULT '0' NOT NULL,
    resends INTEGER DEFAULT '0' NOT NULL,
    dropped INTEGER DEFAULT '0' NOT NULL,
    probed_at TIMESTAMP WITH TIME ZONE,
    peer BYTEA,
    CONSTRAINT pk_connection PRIMARY KEY (connection_id),
    CONSTRAINT ck_connection_role CHECK (role IN ('kitchen', 'customer', 'guest', 'board')),
    CONSTRAINT ck_connection_shop CHECK (role IS NULL OR shop_id IS NOT NULL),
    CONSTRAINT ck_connection_kitchen CHECK (role <> 'kitchen' OR device_id IS NOT NULL),
    CONSTRAINT ck_connection_customer CHECK (role <> 'customer' OR order_id IS NOT NULL),
    CONSTRAINT ck_connection_cursors CHECK (acked_seq >= 0 AND sent_seq >= 0 AND fails >= 0),
    CONSTRAINT fk_connection_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE,
    CONSTRAINT fk_connection_device_id FOREIGN KEY(device_id) REFERENCES device (device_id) ON DELETE CASCADE,
    CONSTRAINT fk_connection_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id) ON DELETE CASCADE
);
CREATE INDEX ix_connection_device ON connection (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX ix_connection_order ON connection (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX ix_connection_peer ON connection (peer) WHERE peer IS NOT NULL;
CREATE INDEX ix_connection_shop ON connection (shop_id, role);
COMMENT ON COLUMN connection.role IS 'null until hello';
COMMENT ON COLUMN connection.sent_seq IS 'kitchen: seq of the log; customer: version of the order; guest: state_seq of the shop; board: seq of the log at which it was read';
COMMENT ON COLUMN connection.ready IS 'whether this screen can be seen and heard, in its own words';
COMMENT ON COLUMN connection.pushes IS 'batches of events or states sent';
COMMENT ON COLUMN connection.resends IS 'of these, again';
COMMENT ON COLUMN connection.dropped IS 'repeats that the page says it dropped';
COMMENT ON COLUMN connection.probed_at IS 'when a silent socket was last asked whether it is there';
COMMENT ON COLUMN connection.peer IS 'hash of the client''s address';

CREATE TABLE command (
    actor TEXT NOT NULL,
    command_id TEXT NOT NULL,
    result JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    shop_id BIGINT NOT NULL,
    CONSTRAINT pk_command PRIMARY KEY (actor, command_id)
);
CREATE INDEX ix_command_created_at ON command (created_at);
COMMENT ON COLUMN command.actor IS 'device:ID or order:ID';
COMMENT ON COLUMN command.shop_id IS 'of the device or the order, for the wall around it';
ALTER TABLE command ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON command USING (CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);

CREATE TABLE task (
    name TEXT NOT NULL,
    busy_until TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_task PRIMARY KEY (name)
);
COMMENT ON COLUMN task.busy_until IS 'the lease of the one that does it now';
COMMENT ON COLUMN task.done_at IS 'when it was last done to its end';

CREATE TABLE meter (
    name TEXT NOT NULL,
    value BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_meter PRIMARY KEY (name)
);
COMMENT ON COLUMN meter.name IS 'a counter that outlives the rows it counts';

CREATE TABLE alert (
    alert_id UUID DEFAULT gen_random_uuid() NOT NULL,
    shop_id BIGINT NOT NULL,
    order_id UUID NOT NULL,
    kind TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    next_try TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    tries INTEGER DEFAULT '0' NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    CONSTRAINT pk_alert PRIMARY KEY (alert_id),
    CONSTRAINT uq_alert_order_id_kind UNIQUE (order_id, kind),
    CONSTRAINT ck_alert_kind CHECK (kind IN ('unaccepted', 'unaccepted_again', 'expired')),
    CONSTRAINT ck_alert_outcome CHECK (outcome IN ('sent', 'settled', 'failed')),
    CONSTRAINT ck_alert_done CHECK ((done_at IS NULL) = (outcome IS NULL)),
    CONSTRAINT fk_alert_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE,
    CONSTRAINT fk_alert_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id) ON DELETE CASCADE
);
CREATE INDEX ix_alert_next_try ON alert (next_try) WHERE done_at IS NULL;
CREATE INDEX ix_alert_shop_id ON alert (shop_id);
COMMENT ON COLUMN alert.next_try IS 'also the lease of the one that sends it';
ALTER TABLE alert ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON alert USING (CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);
