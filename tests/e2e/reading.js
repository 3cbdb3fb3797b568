/* What tests ask of a board in the browser: `reading.py` calls these by name. */
({
  /** Every visible text, as it is drawn. */
  texts() {
    const [wide, high] = innerWidth > innerHeight ? [1920, 1080] : [1080, 1920];
    const scale = Math.min(innerWidth / wide, innerHeight / high);
    const pen = document.createElement("canvas").getContext("2d");
    const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (element) => {
      let behind = element;
      while (behind && (parse(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) behind = behind.parentElement;
      return behind ? parse(getComputedStyle(behind).backgroundColor) : [255, 255, 255];
    };
    const walker = document.createTreeWalker(document.getElementById("app"), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const node = walker.currentNode, element = node.parentElement;
      if (!node.data.trim() || element.closest(".visually-hidden")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      if (!range.getClientRects().length) continue;
      const style = getComputedStyle(element);
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const [a, b] = [light(parse(style.color)), light(ground(element))].sort((x, y) => y - x);
      texts.push({
        text: node.data.trim().slice(0, 30), mm: pen.measureText("H").actualBoundingBoxAscent / scale / 2,
        contrast: (a + 0.05) / (b + 0.05), near: Boolean(element.closest("[data-near]")),
        number: element.matches(".call__number, .sign__value.number"), call: Boolean(element.closest(".call")),
      });
    }
    return texts;
  },

  /** What is cut off, or stands where something else does. */
  overflows() {
    const faults = [];
    for (const element of document.querySelectorAll(".board *")) {
      if (element.closest(".visually-hidden")) continue;
      const box = element.getBoundingClientRect();
      const name = `${element.className} “${element.textContent.trim().slice(0, 30)}”`;
      if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1) faults.push(`beyond the screen: ${name}`);
      if (element.clientWidth && element.scrollWidth > element.clientWidth + 2) faults.push(`cut: ${name}`);
      const holds = element.matches(".side, .call, .board__calls, .signage, .sign, .queue, .large, .head");
      if (holds && element.scrollHeight > element.clientHeight + 2) faults.push(`too tall by ${element.scrollHeight - element.clientHeight}: ${name}`);
    }
    return faults;
  },

  /** Lines that the browser makes of a text in a width, and those that the layout reckons with. */
  async lines(names) {
    const { BOLD, linesOf } = await import("/display/static/letters.js");
    const found = [];
    await Promise.all([...document.fonts].map((font) => font.load()));
    for (const name of names) for (const width of [360, 480, 620, 730, 900, 1050, 1850]) for (const weight of [400, 600, 700]) {
      const box = document.createElement("div");
      document.body.append(box);
      Object.assign(box.style, { font: `${weight} 82px/100px "Be Vietnam Pro"`, width: `${width}px`, position: "absolute" });
      box.textContent = name;
      const reckoned = linesOf(name, width, 82 * (weight === 400 ? 1 : BOLD));
      found.push({ name, width, weight, drawn: box.getBoundingClientRect().height / 100, reckoned });
      box.remove();
    }
    return found;
  },

  /** Every shape of a call, drawn by the page's own model and view; what of it has no place or is too small. */
  async states(stop = false) {
    const at = (name) => import(`/display/static/${name}.js`);
    const [{ boardModel }, { board }, { readOptions }, { BOX, FULL_BOX, shapeOf }] = await Promise.all(
      ["model", "view", "options", "layout"].map(at));
    const { render } = await import("lit-html");
    // A page without motion still lets a change take a moment.
    const still = new CSSStyleSheet();
    still.replaceSync("* { transition: none !important }");
    document.adoptedStyleSheets = [still];
    const root = document.getElementById("app").cloneNode(false);
    document.getElementById("app").replaceWith(root);
    await Promise.all([...document.fonts].map((font) => font.load()));
    const now = Date.now(), shape = shapeOf(innerWidth, innerHeight), faults = [];
    const [short, long] = ["Quầy 67", "Trả kết quả hồ sơ đất đai 62"];
    const fields = ["Hộ tịch", "Bảo trợ xã hội – Người có công với cách mạng"];
    const call = (number, name, field, recall) => ({ ticket_id: number, number, counter: name === short ? 67 : 62,
      counter_name: name, service: number[0], service_name: field, call_count: recall ? 2 : 1, recall, language: "vi" });
    const counters = [short, long, ...Array.from({ length: 20 }, (_, i) => `Quầy ${i}`)].map((name, i) => ({ number: 67 - 5 * i,
      name, state: i === 3 ? "paused" : "open", ticket: i % 2 ? "ĐB1013" : "M888", services: ["A"] }));
    const waiting = fields.map((name, i) => ({ service: "AB"[i], name, count: 112 * i, expected_wait_s: { low: 5400, high: 7260 } }));
    const bars = { none: {}, lost: { status: "unknown", since: now - 60000 }, notice: { notice: { vi: fields[1].repeat(3) } } };
    for (const layout of ["main", "signage"]) for (const bar of Object.keys(bars)) for (const recall of [false, true])
      for (const name of [short, long]) for (const number of ["M888", "ĐB1013"]) for (const field of fields)
        for (const count of [1, 2, 6]) for (const missed of [false, true]) {
          const calls = Array.from({ length: count }, (_, i) => call(`${number.slice(0, -1)}${i}`, name, field, recall))
            .map((each, i) => ({ ...each, called_at: new Date(now - (count === 1 ? 20000 : 0) - i).toISOString() }));
          const state = { office: { code: "x", name: "Trung tâm Phục vụ hành chính công phường Khương Đình", timezone: "Asia/Ho_Chi_Minh" },
            status: "live", since: null, calls, counters, waiting, notice: null, missed: missed ? { calls, at: now } : null, ...bars[bar] };
          const options = readOptions(`?layout=${layout}`);
          const speech = { current: null, queue: [], status: "muted", failing: false };
          const model = boardModel(state, { options, shape, now, speech, language: "vi" });
          render(board(model, { now, language: "vi", shape, box: (layout === "main" ? BOX : FULL_BOX)[shape], onEnable() {} }), root);
          const small = this.texts().filter((text) => text.mm < (text.near ? 15 : text.number ? 100 : 30)).map((text) => text.text);
          const found = [...this.overflows(), ...small];
          if (found.length) faults.push(`${layout} ${bar} ${recall} ${name} ${number} ${field} ${count} ${missed}: ${found.join("; ")}`);
          if (found.length && stop) return faults;
        }
    return faults;
  },
})
