/** One of six quiet colours, always the same for one shop. */
const hue = (text: string): number => [...text].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % 6;

/** The shop's first letter on its colour, where others have a logo. */
export const Monogram = ({ shop }: { shop: { slug: string; name: string } }) => (
  <span class={`monogram hue-${hue(shop.slug)}`} aria-hidden="true">
    {[...shop.name][0]}
  </span>
);
