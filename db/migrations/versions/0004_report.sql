-- Written out once and then left alone: a later change of the schema is a revision of its own.

CREATE TABLE availability (
    shop_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    device_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    available BOOLEAN NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_availability PRIMARY KEY (shop_id, seq, item_id),
    CONSTRAINT fk_availability_shop_id FOREIGN KEY (shop_id) REFERENCES shop (shop_id) ON DELETE CASCADE,
    CONSTRAINT fk_availability_device_id FOREIGN KEY (device_id) REFERENCES device (device_id) ON DELETE SET NULL
);
CREATE INDEX ix_availability_at ON availability (at);
COMMENT ON COLUMN availability.seq IS 'of the event menu.updated that told it';
COMMENT ON COLUMN availability.item_id IS 'no reference: the menu may have it no more';
COMMENT ON COLUMN availability.device_id IS 'null where an import did it';
COMMENT ON COLUMN availability.until IS 'sold out until then';
