/** Money: whole numbers of the currency's minor unit in, what people read out. */

const formats = new Map<string, { digits: number; format: Intl.NumberFormat }>();

function formatOf(currency: string, lang: string): { digits: number; format: Intl.NumberFormat } {
  const key = `${currency} ${lang}`;
  let found = formats.get(key);
  if (!found) {
    const format = new Intl.NumberFormat(lang, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    found = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
    formats.set(key, found);
  }
  return found;
}

/** Return `minor` as text: 1250 CNY is ¥12.50, 980 JPY is ¥980. */
export function money(minor: number, currency: string, lang: string): string {
  const { digits, format } = formatOf(currency, lang);
  return format.format(minor / 10 ** digits);
}
