/** A line icon on a 24 px grid in the colour of the text. Decoration only: the words beside it say it. */
export function Icon({ d, size = 24 }: { d: string; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={d} />
    </svg>
  );
}
