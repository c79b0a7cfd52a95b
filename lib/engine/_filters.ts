/** The query of a listing call: filters as the engine reads them, values of one key are alternatives. */
export function filtersQuery(
  filters: Record<string, readonly string[] | undefined>,
): URLSearchParams {
  const query = new URLSearchParams();
  const given = Object.entries(filters).filter(([, values]) => values?.length);
  if (given.length > 0) {
    query.set("filters", JSON.stringify(Object.fromEntries(given)));
  }
  return query;
}
