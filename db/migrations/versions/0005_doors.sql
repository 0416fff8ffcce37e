-- Written out once and then left alone: a later change of the schema is a revision of its own.

CREATE UNLOGGED TABLE rate (
    bucket BYTEA NOT NULL,
    tokens DOUBLE PRECISION NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_rate PRIMARY KEY (bucket)
);
CREATE INDEX ix_rate_at ON rate (at);
COMMENT ON COLUMN rate.bucket IS 'hash of what is counted: an address, a phone number, a shop, a device';
COMMENT ON COLUMN rate.tokens IS 'how many more are let through as of `at`';

ALTER TABLE connection ADD COLUMN peer BYTEA;
CREATE INDEX ix_connection_peer ON connection (peer) WHERE peer IS NOT NULL;
COMMENT ON COLUMN connection.peer IS 'hash of the client''s address';

ALTER TABLE device
    ADD COLUMN next_hash BYTEA,
    ADD COLUMN token_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ADD CONSTRAINT uq_device_next_hash UNIQUE (next_hash);
COMMENT ON COLUMN device.next_hash IS 'sha256 of a token that was handed out and not used yet; the old one holds until then';
COMMENT ON COLUMN device.token_at IS 'since when the token holds';

ALTER TABLE orders ADD COLUMN erased_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX ix_orders_kept ON orders (placed_at) WHERE erased_at IS NULL;
COMMENT ON COLUMN orders.erased_at IS 'when name, phone, address, notes and messages were erased';


-- Every row inside a wall names its shop. What is there already gets its shop first.

ALTER TABLE order_line ADD COLUMN shop_id BIGINT;
UPDATE order_line l SET shop_id = o.shop_id FROM orders o WHERE o.order_id = l.order_id;
ALTER TABLE order_line ALTER COLUMN shop_id SET NOT NULL;
COMMENT ON COLUMN order_line.shop_id IS 'of the order, for the wall around it';

ALTER TABLE command ADD COLUMN shop_id BIGINT;
UPDATE command c SET shop_id = d.shop_id FROM device d WHERE c.actor = 'device:' || d.device_id::text;
UPDATE command c SET shop_id = o.shop_id FROM orders o WHERE c.actor = 'order:' || o.order_id::text;
DELETE FROM command WHERE shop_id IS NULL;
ALTER TABLE command ALTER COLUMN shop_id SET NOT NULL;
COMMENT ON COLUMN command.shop_id IS 'of the device or the order, for the wall around it';

-- The wall: a session sees and writes the rows of the shop that `orderbell.wall` names, or all of them, or none. The owner too.
-- One that never said whose it is gets an error, and not the empty answer which it would take for the truth.
-- IS NOT NULL: the planner takes that for true, and plans as it did without a wall; else it would expect few rows and read all.
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON orders USING (
    CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);
CREATE POLICY wall_order ON orders FOR SELECT USING (
    CASE WHEN current_setting('orderbell.wall') = 'order:' || order_id::text THEN true END IS NOT NULL);

ALTER TABLE order_line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON order_line USING (
    CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);
CREATE POLICY wall_order ON order_line FOR SELECT USING (
    CASE WHEN current_setting('orderbell.wall') = 'order:' || order_id::text THEN true END IS NOT NULL);

ALTER TABLE event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON event USING (
    CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);

ALTER TABLE availability ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON availability USING (
    CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);

ALTER TABLE command ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON command USING (
    CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);

ALTER TABLE alert ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON alert USING (
    CASE WHEN current_setting('orderbell.wall') IN ('all', 'shop:' || shop_id::text) THEN true END IS NOT NULL);
