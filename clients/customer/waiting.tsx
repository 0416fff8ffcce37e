/** What stands in a page's place while it is on its way, and when it does not come. No page is needed for it. */
import { words } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { common } from "../lib/words";
import { follow } from "./route";

const t = words({
  en: { loadFailed: "The page could not be loaded. Check your connection." },
  "zh-CN": { loadFailed: "加载失败，请检查网络后重试。" },
});

export function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <Icon d={icon.alert} />
      <p class="grow">{t().loadFailed}</p>
      <button type="button" class="button quiet" onClick={onRetry}>
        {common().retry}
      </button>
    </div>
  );
}

/** The link leads nowhere: said, with a way on. */
export function Nothing({ text, way }: { text: string; way: string }) {
  return (
    <div class="empty">
      <Icon d={icon.search} size={40} />
      <p role="status">{text}</p>
      <a class="button quiet" href="/" onClick={follow}>
        {way}
      </a>
    </div>
  );
}

export function Skeleton({ rows }: { rows: number }) {
  return (
    <div class="skeletons" role="status" aria-label={common().loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div class="skeleton" key={index} />
      ))}
    </div>
  );
}
