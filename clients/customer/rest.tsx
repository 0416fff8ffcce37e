/** An order's page below its steps: what can be done and said, and what was ordered. Loaded once the steps stand. */
import { useEffect } from "preact/hooks";
import type { Order, Shop } from "../lib/wire";
import { Actions } from "./actions";
import type { Follower } from "./follow";
import { Lines } from "./lines";
import { Messages } from "./messages";
import { tellWhenReady } from "./news";
import { ShareButton } from "./share";
import { Call } from "./ways-on";
import "./rest.css";
import { Zone } from "./zone";

export { turn } from "./news";

export interface RestProps {
  order: Order;
  shop: Shop | null;
  follower: Follower;
  /** Something can still be done about the order. */
  open: boolean;
  /** The shop's number stands above already. */
  called: boolean;
}

export function Rest({ order, shop, follower, open, called }: RestProps) {
  useEffect(() => tellWhenReady(follower), [follower]);
  const zone = shop?.timezone ?? "";
  return (
    <>
      {open && <Actions order={order} shop={shop} follower={follower} />}
      <Messages order={order} zone={zone} follower={follower} />
      <Lines order={order} shop={shop} />
      <Zone zone={zone} />
      <div class="order-foot">
        {!called && <Call shop={shop} />}
        <ShareButton order={order} />
      </div>
    </>
  );
}
