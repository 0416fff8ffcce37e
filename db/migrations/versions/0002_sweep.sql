-- Written out once and then left alone: a later change of the schema is a revision of its own.

ALTER TABLE shop
    ADD COLUMN kept_seq BIGINT DEFAULT '0' NOT NULL,
    ADD CONSTRAINT ck_shop_kept_seq CHECK (kept_seq BETWEEN 0 AND last_seq);
COMMENT ON COLUMN shop.kept_seq IS 'events up to this seq were purged';

ALTER TABLE orders ADD COLUMN pushed_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX ix_orders_due ON orders (accept_by) WHERE status = 'placed';
CREATE INDEX ix_orders_expired ON orders (accept_by) WHERE status = 'expired';
COMMENT ON COLUMN orders.pushed_at IS 'the first push to a kitchen that was answered well';

ALTER TABLE connection
    ADD COLUMN pushes INTEGER DEFAULT '0' NOT NULL,
    ADD COLUMN resends INTEGER DEFAULT '0' NOT NULL,
    ADD COLUMN dropped INTEGER DEFAULT '0' NOT NULL,
    ADD COLUMN probed_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN connection.pushes IS 'batches of events or states sent';
COMMENT ON COLUMN connection.resends IS 'of these, again';
COMMENT ON COLUMN connection.dropped IS 'repeats that the page says it dropped';
COMMENT ON COLUMN connection.probed_at IS 'when a silent socket was last asked whether it is there';

CREATE INDEX ix_command_created_at ON command (created_at);

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
    CONSTRAINT fk_alert_shop_id FOREIGN KEY (shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE,
    CONSTRAINT fk_alert_order_id FOREIGN KEY (order_id) REFERENCES orders (order_id) ON DELETE CASCADE
);
CREATE INDEX ix_alert_next_try ON alert (next_try) WHERE done_at IS NULL;
CREATE INDEX ix_alert_shop_id ON alert (shop_id);
COMMENT ON COLUMN alert.next_try IS 'also the lease of the one that sends it';
