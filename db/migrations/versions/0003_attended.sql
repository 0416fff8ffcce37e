-- Written out once and then left alone: a later change of the schema is a revision of its own.

ALTER TABLE shop
    ADD COLUMN amber_minutes INTEGER DEFAULT '5' NOT NULL,
    ADD COLUMN red_minutes INTEGER DEFAULT '10' NOT NULL,
    ADD COLUMN attended BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN board_seq BIGINT DEFAULT '0' NOT NULL,
    ADD CONSTRAINT ck_shop_ages CHECK (amber_minutes >= 1 AND amber_minutes < red_minutes AND red_minutes <= 240),
    ADD CONSTRAINT ck_shop_board_seq CHECK (board_seq BETWEEN 0 AND last_seq);
COMMENT ON COLUMN shop.amber_minutes IS 'age at which a ticket turns amber';
COMMENT ON COLUMN shop.attended IS 'a screen that can be seen and heard said so lately; kept by the sweep';
COMMENT ON COLUMN shop.board_seq IS 'seq of the latest move that changed the guests'' board';

ALTER TABLE device ADD COLUMN ready_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN device.ready_at IS 'when it last said that it can be seen and heard';

ALTER TABLE connection
    DROP CONSTRAINT ck_connection_role,
    ADD CONSTRAINT ck_connection_role CHECK (role IN ('kitchen', 'customer', 'guest', 'board'));
COMMENT ON COLUMN connection.sent_seq IS 'kitchen: seq of the log; customer: version of the order; guest: state_seq of the shop; board: seq of the log at which it was read';
