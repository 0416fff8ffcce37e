/** What stands between the header and the tickets, the gravest first, and what stands at the foot, where it moves no ticket. */
import { FallbackBar, StaleBanner } from "./header";
import { DESK } from "./later";
import { SavedBar } from "./saved";

export function Bars() {
  return (
    <>
      <StaleBanner />
      <DESK.unattended.Part waiting={null} failed={null} />
      <SavedBar />
    </>
  );
}

export function Foot() {
  return (
    <footer class="foot">
      <DESK.printBar.Part waiting={null} failed={null} />
      <DESK.readyCheck.Part waiting={null} failed={null} />
      <FallbackBar />
    </footer>
  );
}
