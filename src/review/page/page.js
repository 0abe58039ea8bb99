// The review page of awaitify: what a person decides of the changes on it.
//
// The page's HTML has all changes; this script shows some of them, chooses one, and decides. The rules are those
// of the review in a terminal: what is accepted takes what it requires along, unless that was rejected. A page
// from `awaitify review --html` keeps decisions in this browser, and gives them as a file; one from
// `awaitify review --web` asks the program, which decides by the same rules and stores them at once.
// Text never becomes HTML here: it goes in by `textContent`.
"use strict";

document.documentElement.className = "js";

document.addEventListener("DOMContentLoaded", () => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  const contents = JSON.parse($("contents").textContent);
  const serves = contents.keeper === "program";
  const changes = contents.changes;
  const places = new Map(changes.map((change, place) => [change.id, place]));
  const articles = Array.from($("list").getElementsByTagName("article"));
  const decisions = new Map(contents.decisions.map((it) => [it.change, it]));
  const notes = new Map(Object.entries(contents.notes));
  const kept = new Set(); // changes decided in this browser
  const past = []; // what was decided before each step
  let rows = []; // places of the changes on the list, in its order
  let order = changes.map((_, place) => place);
  let at = 0;

  // --- What is remembered between visits.

  const SETTINGS = "awaitify:settings";
  const PLAN = "awaitify:plan:" + contents.plan;

  function remembered(key) {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  }

  function remember(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  const settings = remembered(SETTINGS);

  function set(name, value) {
    settings[name] = value;
    remember(SETTINGS, settings);
  }

  function keep() {
    if (serves) return;
    const own = Array.from(kept, (id) => decisions.get(id)).filter(Boolean);
    if (!remember(PLAN, { decisions: own, notes: Array.from(notes) })) {
      tell("This browser keeps nothing: save the decisions before you leave the page.", true);
    }
  }

  function recall() {
    if (serves) return;
    const then = remembered(PLAN);
    for (const decision of then.decisions || []) {
      kept.add(decision.change);
      decisions.set(decision.change, decision);
    }
    for (const [id, note] of then.notes || []) notes.set(id, note);
  }

  // --- What is decided.

  function put(id, decision) {
    if (decision) decisions.set(id, decision);
    else decisions.delete(id);
  }

  // What was decided of another code counts no more.
  function decided(place) {
    const change = changes[place];
    const decision = decisions.get(change.id);
    const holds = decision && (!decision.fingerprint || decision.fingerprint === change.fingerprint);
    return holds ? decision : undefined;
  }

  function verdict(place) {
    return decided(place)?.verdict;
  }

  function noteOf(id) {
    return decisions.get(id)?.note || notes.get(id) || "";
  }

  function withRequired(places_) {
    const all = new Set(places_.map((place) => changes[place].id));
    for (const id of all) {
      for (const required of contents.requires[id] || []) all.add(required);
    }
    return all;
  }

  function decideHere(asked, word) {
    const meant = new Set(asked);
    const all = word === "accept" ? withRequired(asked) : new Set(asked.map((place) => changes[place].id));
    const step = [];
    let rejected = 0;
    for (const place of Array.from(all, (id) => places.get(id)).sort((a, b) => a - b)) {
      if (place === undefined) continue;
      // What is required is accepted with it, unless somebody has rejected it.
      if (!meant.has(place) && verdict(place)) {
        rejected += verdict(place) !== "accept";
        continue;
      }
      const id = changes[place].id;
      step.push([id, decisions.get(id)]);
      kept.add(id);
      decisions.set(id, decision(place, word));
    }
    past.push(step);
    return { ids: step.map(([id]) => id), told: said(meant, step.length, rejected, word) };
  }

  // In the order of the file of decisions.
  function decision(place, word) {
    const { id, fingerprint, file, code } = changes[place];
    const made = { change: id, verdict: word };
    if (fingerprint) made.fingerprint = fingerprint;
    Object.assign(made, { file, code });
    if (contents.by) made.by = contents.by;
    made.at = new Date().toISOString().replace(/\.\d+/, "");
    const note = noteOf(id);
    if (note) made.note = note;
    return made;
  }

  function said(meant, count, rejected, word) {
    const told = `${count} ${word}ed`;
    if (word === "accept" && rejected) return `${told}, but ${rejected} rejected that this requires`;
    if (word === "accept" && count > meant.size) return `${told}, ${count - meant.size} as required`;
    if (word === "reject") {
      const ids = new Set(Array.from(meant, (place) => changes[place].id));
      const rests = (change, place) =>
        (contents.requires[change.id] || []).some((id) => ids.has(id)) && verdict(place) === "accept";
      const resting = changes.filter(rests).length;
      if (resting) return `${told}, ${resting} accepted that require it are left out`;
    }
    return told;
  }

  function commentHere(id, note) {
    const known = decisions.get(id);
    if (!known) {
      if (note) notes.set(id, note);
      else notes.delete(id);
      return { ids: [id], told: "the comment is kept for your decision" };
    }
    past.push([[id, known]]);
    kept.add(id);
    const { note: _, ...rest } = known;
    decisions.set(id, note ? { ...rest, note } : rest);
    return { ids: [id], told: "" };
  }

  function undoHere() {
    const step = past.pop();
    if (!step) return { ids: [], told: "nothing to undo" };
    for (const [id, before] of step) put(id, before);
    return { ids: step.map(([id]) => id), told: "undone", first: step[0]?.[0] };
  }

  async function ask(asked) {
    const answer = await fetch("decide", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    const text = await answer.text();
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(text);
    const { told, decisions: now, notes: noted } = JSON.parse(text);
    const ids = Object.keys(now).concat(Array.from(notes.keys()), Object.keys(noted));
    for (const [id, decision] of Object.entries(now)) put(id, decision);
    notes.clear();
    for (const [id, note] of Object.entries(noted)) notes.set(id, note);
    const first = asked.do === "undo" ? Object.keys(now).sort(byPlace)[0] : undefined;
    return { ids, told, first, failed: !answer.ok };
  }

  function byPlace(one, other) {
    return places.get(one) - places.get(other);
  }

  // Asks the program, or decides here.
  function act(asked, here, then = () => {}) {
    const done = (came) => {
      keep();
      came.ids.forEach((id) => places.has(id) && mark(places.get(id)));
      count();
      tell(came.told, came.failed);
      then(came);
    };
    if (!serves) return done(here());
    const lost = (error) => {
      const gone = "The program that serves this page does not answer: nothing was decided.";
      tell(error instanceof TypeError ? gone : error.message, true);
    };
    return ask(asked()).then(done, lost);
  }

  function decide(asked, word, then) {
    const request = () => ({ do: "decide", verdict: word, changes: asked.map((place) => changes[place].id) });
    return act(request, () => decideHere(asked, word), then);
  }

  // Actions wait for the answer to those before them: they begin at what is chosen by then.
  let last = Promise.resolve();

  function later(action) {
    if (serves) last = last.then(action);
    else action();
  }

  // --- What is shown.

  // What is suppressed is not made either; only a terminal decides so.
  const WORDS = { accept: "accepted", reject: "rejected", suppress: "rejected" };

  function stateOf(place) {
    return WORDS[verdict(place)] || "open";
  }

  function mark(place) {
    const article = articles[place];
    const now = decided(place);
    const isEdited = Boolean(now?.edited?.length);
    const isSuppressed = now?.verdict === "suppress";
    for (const word of ["accept", "reject", "open"]) {
      article.classList.toggle(word, word === (isSuppressed ? "reject" : now?.verdict || "open"));
    }
    // What somebody edits meanwhile is shown by the next visit.
    article.classList.toggle("edited", isEdited && article.querySelector(".by-hand") !== null);
    article.querySelector(".state").textContent =
      (isSuppressed ? "suppressed" : stateOf(place)) + (isEdited ? ", edited" : "");
    const note = noteOf(changes[place].id);
    const line = article.querySelector(".note");
    line.textContent = note && "Comment: " + note;
    line.hidden = !note;
  }

  let silence;

  // What went wrong stays; the rest is read quickly.
  function tell(words, failed) {
    clearTimeout(silence);
    $("told").textContent = words || "";
    $("told").classList.toggle("failed", Boolean(failed));
    if (words && !failed) silence = setTimeout(tell, 6000);
  }

  function count() {
    const counts = { accepted: 0, rejected: 0, open: 0 };
    const open = new Map();
    for (let place = 0; place < changes.length; place++) {
      const state = stateOf(place);
      counts[state]++;
      const group = groupOf(place);
      open.set(group, (open.get(group) || 0) + (state === "open"));
    }
    const all = changes.length === 1 ? "1 change" : `${changes.length} changes`;
    $("counts").textContent =
      `${all}: ${counts.accepted} accepted, ${counts.rejected} rejected, ${counts.open} open`;
    for (const [group, { link }] of groups) {
      const left = open.get(group);
      if (link.lastChild.textContent !== String(left)) link.lastChild.textContent = left;
      link.classList.toggle("done", !left);
    }
  }

  // --- The list: order, headings, and what is left out of it.

  let texts; // of the changes, to search in

  function groupOf(place) {
    return changes[place][settings.order || "file"];
  }

  // By name, with heading and link. The static page is in order of files, with paths as they are shown.
  const fileGroups = new Map();
  let groups = fileGroups;
  const headings = $("list").getElementsByClassName("group");
  const links = $("groups").getElementsByTagName("a");
  let file = -1;
  changes.forEach((change, place) => {
    if (place === 0 || changes[place - 1].file !== change.file) {
      file++;
      fileGroups.set(change.file, { heading: headings[file], link: links[file] });
    }
  });

  function newGroup(name, number) {
    const heading = document.createElement("h2");
    heading.className = "group";
    heading.id = "g" + number;
    heading.tabIndex = -1;
    heading.textContent = name;
    const link = document.createElement("a");
    link.href = "#g" + number;
    link.append(document.createElement("span"), " ", document.createElement("b"));
    link.firstChild.textContent = name;
    return { heading, link };
  }

  const LEVELS = ["safe", "review"];

  function rank(name, key) {
    return key === "level" ? String(LEVELS.indexOf(name)) : name;
  }

  function sort() {
    const key = settings.order || "file";
    order = changes.map((_, place) => place);
    groups = fileGroups;
    if (key !== "file") {
      const names = Array.from(new Set(changes.map((change) => change[key])));
      names.sort((a, b) => (rank(a, key) < rank(b, key) ? -1 : 1));
      groups = new Map(names.map((name, number) => [name, newGroup(name, number)]));
      const ranks = new Map(names.map((name, number) => [name, number]));
      order.sort((a, b) => ranks.get(changes[a][key]) - ranks.get(changes[b][key]) || a - b);
    }
    const nodes = [];
    let group;
    for (const place of order) {
      if (groupOf(place) !== group) {
        group = groupOf(place);
        nodes.push(groups.get(group).heading);
      }
      nodes.push(articles[place]);
    }
    $("list").replaceChildren(...nodes);
    const entries = Array.from(groups.values(), ({ link }) => {
      const entry = document.createElement("li");
      entry.append(link);
      return entry;
    });
    $("groups").replaceChildren(...entries);
  }

  function list() {
    const chosen = rows[at];
    const words = $("search").value.toLowerCase();
    if (words && !texts) texts = articles.map((article) => article.textContent.toLowerCase());
    const fits = (place) => {
      const change = changes[place];
      return (
        (!$("recipe").value || change.recipe === $("recipe").value) &&
        (!$("file").value || change.file === $("file").value) &&
        (!$("level").value || change.level === $("level").value) &&
        (!$("listed").value || stateOf(place) === $("listed").value) &&
        (!words || texts[place].includes(words))
      );
    };
    rows = order.filter(fits);
    const shown = new Set(rows);
    articles.forEach((article, place) => {
      if (article.hidden === shown.has(place)) article.hidden = !shown.has(place);
    });
    const shownGroups = new Set(rows.map(groupOf));
    for (const [group, { heading, link }] of groups) {
      heading.hidden = !shownGroups.has(group);
      link.parentElement.hidden = heading.hidden;
    }
    $("none").hidden = rows.length > 0;
    $("shown").textContent = rows.length < changes.length ? `${rows.length} shown` : "";
    const found = rows.indexOf(chosen);
    at = found >= 0 ? found : Math.max(0, Math.min(at, rows.length - 1));
    choose(rows[at]);
  }

  // --- What is chosen.

  let chosen; // its article

  function choose(place) {
    const article = articles[place];
    if (article === chosen) return;
    chosen?.classList.remove("chosen");
    chosen?.removeAttribute("aria-current");
    article?.classList.add("chosen");
    article?.setAttribute("aria-current", "true");
    chosen = article;
  }

  function go(row) {
    if (!rows.length) return;
    at = Math.max(0, Math.min(row, rows.length - 1));
    choose(rows[at]);
    chosen.focus({ preventScroll: true });
    const { top, bottom } = chosen.getBoundingClientRect();
    const above = parseFloat(getComputedStyle(root).scrollPaddingTop) || 0;
    if (top < above || bottom > innerHeight) chosen.scrollIntoView({ block: "start" });
  }

  function goOn() {
    const open = rows.findIndex((place, row) => row > at && !verdict(place));
    const next = open < 0 ? undefined : rows[open];
    list();
    go(next === undefined ? at : rows.indexOf(next));
  }

  // --- Keys and buttons.

  function one(word) {
    return rows.length && decide([rows[at]], word, goOn);
  }

  function rest(word) {
    if (!rows.length) return undefined;
    const { file } = changes[rows[at]];
    const isRest = (place, row) => row === 0 || (changes[place].file === file && !verdict(place));
    return decide(rows.slice(at).filter(isRest), word, list);
  }

  function alike(word, key) {
    const place = rows[at];
    const isAlike = (other) =>
      changes[other][key] === changes[place][key] && (other === place || !verdict(other));
    return decide(changes.map((_, other) => other).filter(isAlike), word, list);
  }

  function askAll(word) {
    if (!rows.length) return;
    $("ask-title").textContent = `${word === "accept" ? "Accept" : "Reject"} all open changes of`;
    open_($("ask"), (key) => key && later(() => alike(word, key)));
  }

  function comment() {
    if (!rows.length) return;
    const { id } = changes[rows[at]];
    $("note").value = noteOf(id);
    open_($("comment"), (answer) => {
      const note = $("note").value.trim();
      const request = () => ({ do: "comment", change: id, note });
      if (answer) later(() => act(request, () => commentHere(id, note), list));
    });
  }

  function undo() {
    return act(
      () => ({ do: "undo" }),
      undoHere,
      ({ first }) => {
        list();
        const row = rows.indexOf(places.get(first));
        if (row >= 0) go(row);
      },
    );
  }

  function open_(dialog, then) {
    dialog.returnValue = "";
    dialog.onclose = () => {
      chosen?.focus({ preventScroll: true });
      then?.(dialog.returnValue);
    };
    dialog.showModal();
  }

  function nextOption(select) {
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    select.dispatchEvent(new Event("change"));
  }

  const KEYS = {
    y: () => later(() => one("accept")),
    n: () => later(() => one("reject")),
    a: () => later(() => rest("accept")),
    d: () => later(() => rest("reject")),
    A: () => later(() => askAll("accept")),
    D: () => later(() => askAll("reject")),
    u: () => later(undo),
    c: () => later(comment),
    j: () => later(() => go(at + 1)),
    k: () => later(() => go(at - 1)),
    ArrowDown: () => later(() => go(at + 1)),
    ArrowUp: () => later(() => go(at - 1)),
    g: () => later(() => go(0)),
    G: () => later(() => go(rows.length)),
    f: () => nextOption($("listed")),
    o: () => nextOption($("order")),
    t: split,
    "/": () => $("search").focus(),
    "?": () => open_($("keys")),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const dialog = event.target.closest("dialog");
    if (dialog) {
      const button = dialog.querySelector(`[data-letter="${CSS.escape(event.key)}"]`);
      if (button) {
        event.preventDefault();
        button.click();
      }
      return;
    }
    if (event.target.matches("input, select, textarea")) {
      const leaves = event.key === "Escape" || (event.key === "Enter" && event.target.id === "search");
      if (leaves) go(at);
      return;
    }
    if (settings.keys === false && event.key.length === 1) return;
    if (event.key.startsWith("Arrow") && !event.target.matches("article, body")) return;
    const key = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
    if (!key) return;
    event.preventDefault();
    tell("");
    key();
  });

  $("list").addEventListener("click", (event) => {
    const article = event.target.closest("article");
    if (!article) return;
    const row = rows.indexOf(articles.indexOf(article));
    if (row < 0) return;
    const key = event.target.closest("[data-key]")?.dataset.key;
    later(() => {
      at = row;
      choose(rows[at]);
      // A change decided by a click is looked at still: the next one is not gone to.
      const word = { y: "accept", n: "reject" }[key];
      if (word) return decide([rows[at]], word, list);
      return key && comment();
    });
  });

  // A link to a change that is not on the list shows all again.
  function follow() {
    const place = articles.findIndex((article) => "#" + article.id === location.hash);
    if (place < 0) return;
    if (!rows.includes(place)) {
      for (const id of ["search", "recipe", "file", "level", "listed"]) $(id).value = "";
      list();
    }
    go(rows.indexOf(place));
  }

  addEventListener("hashchange", follow);

  function fill(select, names) {
    for (const name of names) select.add(new Option(name, name));
  }

  for (const id of ["recipe", "file", "level", "listed"]) $(id).addEventListener("change", list);
  $("order").addEventListener("change", () => {
    set("order", $("order").value);
    sort();
    count();
    list();
    go(at);
  });
  $("search").addEventListener("input", list);
  $("undo").addEventListener("click", KEYS.u);
  $("help").addEventListener("click", KEYS["?"]);
  $("split").addEventListener("click", split);
  $("use-keys").addEventListener("change", () => set("keys", $("use-keys").checked));

  // --- Light and dark.

  function dark() {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    return (settings.theme || system) === "dark";
  }

  function paint() {
    if (settings.theme) root.dataset.theme = settings.theme;
    $("theme").textContent = dark() ? "Light" : "Dark";
  }

  $("theme").addEventListener("click", () => {
    set("theme", dark() ? "light" : "dark");
    paint();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);

  // --- Side by side: made for a change when it comes near the window.

  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        target.querySelectorAll("pre").forEach(lay);
      }
    },
    { rootMargin: "800px 0px" },
  );

  function lay(pre) {
    const side = document.createElement("div");
    side.className = "side";
    const lines = Array.from(pre.children);
    for (let next = 0; next < lines.length; ) {
      const olds = [];
      const news = [];
      while (lines[next]?.tagName === "DEL") olds.push(lines[next++]);
      while (lines[next]?.tagName === "INS") news.push(lines[next++]);
      if (!olds.length && !news.length) {
        olds.push(lines[next]);
        news.push(lines[next++]);
      }
      for (let row = 0; row < Math.max(olds.length, news.length); row++) {
        side.append(half(olds[row], "o"), half(news[row], "n"));
      }
    }
    pre.before(side);
  }

  function half(line, which) {
    const cell = document.createElement(line ? line.tagName : "span");
    if (!line) {
      cell.className = "gap";
      return cell;
    }
    const [sign, ...code] = line.cloneNode(true).childNodes;
    cell.dataset.line = (which === "o" ? line : sign).dataset[which] || "";
    cell.append(...code);
    return cell;
  }

  function split() {
    set("view", settings.view === "side" ? "unified" : "side");
    view();
  }

  function view() {
    const isSide = settings.view === "side";
    root.dataset.view = settings.view || "unified";
    $("split").setAttribute("aria-pressed", String(isSide));
    for (const article of articles) {
      if (isSide && !article.querySelector(".side")) near.observe(article);
    }
  }

  // --- The file of decisions, as the program writes it.

  function fileText() {
    const all = Array.from(decisions.values()).sort((a, b) => (a.change < b.change ? -1 : 1));
    return JSON.stringify({ version: contents.version, decisions: all }, null, 2) + "\n";
  }

  $("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([fileText()], { type: "application/json" }));
    link.download = "awaitify-decisions.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    tell("apply with: awaitify migrate --decisions awaitify-decisions.json");
  });

  // --- The beginning.

  $("save").hidden = serves;
  $("use-keys").checked = settings.keys !== false;
  fill($("recipe"), Array.from(new Set(changes.map((change) => change.recipe))).sort());
  fill($("file"), new Set(changes.map((change) => change.file)));
  new ResizeObserver(() => {
    const isSticky = getComputedStyle(document.querySelector(".top")).position === "sticky";
    const height = isSticky ? document.querySelector(".top").offsetHeight : 0;
    root.style.setProperty("--top", height + "px");
  }).observe(document.querySelector(".top"));
  recall();
  paint();
  if (settings.order && settings.order !== "file") {
    $("order").value = settings.order;
    sort();
  }
  for (const id of new Set([...kept, ...notes.keys()])) {
    if (places.has(id)) mark(places.get(id));
  }
  count();
  list();
  view();
  const open = rows.findIndex((place) => !verdict(place));
  at = Math.max(0, open);
  choose(rows[at]);
  if (open > 0) go(open);
  follow();
});
