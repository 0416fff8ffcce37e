/** What stands above a page that nobody has entered yet: the bell, and the language switch. */
import { Icon } from "./icon";
import * as icon from "./icons";
import { LangSwitch } from "./lang";

export function DoorTop() {
  return (
    <div class="door-top">
      <span class="brand-mark">
        <Icon d={icon.bell} size={30} />
      </span>
      <LangSwitch />
    </div>
  );
}
