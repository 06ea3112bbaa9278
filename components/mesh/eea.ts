/** European Economic Area: the Union, Iceland, Liechtenstein and Norway, by ISO 3166 code. */
const countries = new Set(
  (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK " + "IS LI NO"
  ).split(" "),
);

export function isEea(country: string): boolean {
  return countries.has(country);
}
