/* What the doctor asks of a page: the commands to the tag, our snippet, and what it reads.
   The page may have changed any built-in: whatever throws is left out. */
async ([ids, longest]) => {
  const attempt = (work, otherwise) => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  const text = (value, most = 60) => String(value).slice(0, most);
  const tags = attempt(() => [...document.querySelectorAll("script[src]")], []);
  const layerOf = (tag) => new URL(tag.src, location.href).searchParams.get("l");
  const isTag = (tag) => /\/(gtag\/js|gtm\.js)\?/.test(tag.src);
  const named = tags.filter(isTag).map((tag) => attempt(() => layerOf(tag)));
  const layer = window[named.find(Boolean) || "dataLayer"];

  const command = (entry) => {
    if (Object.prototype.toString.call(entry) !== "[object Arguments]") {
      return entry && entry.event === "gtm.js" ? { name: "gtm" } : null;
    }
    const [name, first, second] = entry;
    const found = { name: text(name), subject: text(first === undefined ? "" : first) };
    if (name !== "consent") return found;
    found.choices = {};
    for (const [type, value] of Object.entries(second || {}).slice(0, 40)) {
      if (type === "region") found.regions = [].concat(value).slice(0, 300).map((it) => text(it));
      else if (type === "wait_for_update") found.wait_ms = Math.min(Math.floor(+value) || 0, 1e6);
      else found.choices[text(type)] = text(value);
    }
    return found;
  };
  const commands = attempt(() =>
    Array.from(layer || []).slice(0, 500).map((it) => attempt(() => command(it))).filter(Boolean)
  , []);

  const element = [...document.querySelectorAll("script[data-measurement-id]")].pop();
  const data = (element && element.dataset) || {};
  const there = typeof window.ga4Context === "function";
  let read = null;
  if (there) {
    const [first] = ids.split(",");
    const measurementId = data.measurementId || (window.ga4Streams ? ids : first);
    const options = { wait: longest, measurementId };
    const tooLate = new Promise((done) => setTimeout(done, longest + 1000, null));
    read = await Promise.race([attempt(() => window.ga4Context(options), null), tooLate]).catch(() => null);
    read = read && Object.fromEntries(
      Object.entries(read).slice(0, 60).map(([name, value]) => [text(name), text(value, 1000)])
    );
  }
  return {
    commands,
    snippet: {
      there,
      several: typeof window.ga4Streams === "function",
      measurement_ids: text(data.measurementId || "", 300),
      wait: text(data.wait || ""),
      own_consent: "consent" in data,
      read,
    },
  };
}
