// Conversations are kept in this browser alone: listed, searched, named, opened again, deleted.
const KEPT = "citewire:conversation:";
let current = null;

const readKept = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // not written by this program, or half written
  }
};
const listKept = () =>
  Object.keys(localStorage)
    .filter((key) => key.startsWith(KEPT))
    .map((key) => ({ key, ...readKept(key) }))
    .filter((each) => Array.isArray(each.turns) && each.turns.length)
    .sort((one, other) => other.changed - one.changed);

const store = (key, kept) => {
  for (;;) {
    try {
      localStorage.setItem(key, JSON.stringify(kept));
      return;
    } catch {
      const oldest = listKept().filter((each) => each.key !== key).pop();
      if (!oldest) return; // this one alone is more than the browser keeps
      localStorage.removeItem(oldest.key);
    }
  }
};

citewire.keep = (turn) => {
  if (!turn) return;
  if (!current || turn.number === 1) current = `${KEPT}${Date.now()}`;
  const kept = readKept(current) || { name: turn.question, turns: [] };
  kept.turns = kept.turns.filter((each) => each.number < turn.number);
  kept.turns.push(turn);
  kept.changed = Date.now();
  store(current, kept);
  showKept();
};

citewire.openConversation = (key) => {
  const kept = key ? readKept(key) : null;
  current = key;
  citewire.closeView();
  citewire.forget();
  citewire.tell("select", { turns: kept ? kept.turns : [] });
  closeSide();
  showKept();
  const box = document.querySelector("#question textarea, #question input");
  if (!key && box) box.focus();
};

citewire.keptTurn = (number) => {
  const kept = current && readKept(current);
  return kept && kept.turns.find((each) => each.number === number);
};

// The dossier is a conversation of answers that were saved from others; its citations lead where they led.
const DOSSIER = `${KEPT}dossier`;
citewire.save = (number) => {
  const kept = current && readKept(current);
  const turn = kept && kept.turns.find((each) => each.number === number);
  if (!turn || current === DOSSIER) return;
  const dossier = readKept(DOSSIER) || { name: "Dossier", turns: [] };
  if (!dossier.turns.some((each) => each.answer.id === turn.answer.id)) dossier.turns.push({ ...turn, number: 1 + Math.max(0, ...dossier.turns.map((each) => each.number)) });
  dossier.changed = Date.now();
  store(DOSSIER, dossier);
  showKept();
  tellPanel("Saved to the dossier.");
};

// A file that stands alone: the server writes it, the browser saves it.
citewire.exportPack = async (form, number) => {
  const kept = current && readKept(current);
  if (!kept) return;
  const turns = number ? kept.turns.filter((each) => each.number === number) : kept.turns;
  if (!turns.length) return;
  const pack = await citewire.server.write_pack({ name: number ? turns[0].question : kept.name, form, turns });
  if (pack.error) return tellPanel(pack.error);
  const link = document.createElement("a");
  const [kind, ending] = form === "html" ? ["text/html", "html"] : ["text/markdown", "md"];
  link.href = URL.createObjectURL(new Blob([pack.text], { type: `${kind};charset=utf-8` }));
  link.download = `citewire-evidence.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

const deed = (text, name, run) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.setAttribute("aria-label", name);
  button.title = name;
  button.addEventListener("click", run);
  return button;
};
const rename = (kept, item) => {
  const box = document.createElement("input");
  box.value = kept.name;
  box.setAttribute("aria-label", "Name of the conversation");
  const done = (keep) => {
    box.onblur = null;
    const { key, ...rest } = kept;
    if (keep && box.value.trim()) store(key, { ...rest, name: box.value.trim().slice(0, 200) });
    showKept();
  };
  box.onblur = () => done(true);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done(true);
    if (event.key === "Escape") done(false);
  });
  item.replaceChildren(box);
  box.select();
};

const showKept = () => {
  const list = document.getElementById("conversations");
  if (!list) return;
  const words = document.getElementById("find-conversation").value.trim().toLowerCase();
  const all = listKept();
  const found = words ? all.filter((each) => JSON.stringify(each).toLowerCase().includes(words)) : all;
  list.replaceChildren(
    ...found.map((kept) => {
      const item = document.createElement("li");
      const open = deed(kept.name, kept.name, () => citewire.openConversation(kept.key));
      open.className = "open-conversation";
      open.dir = "auto";
      if (kept.key === current) open.setAttribute("aria-current", "true");
      item.append(
        open,
        deed("✎", `Rename “${kept.name}”`, () => rename(kept, item)),
        deed("✕", `Delete “${kept.name}”`, () => {
          localStorage.removeItem(kept.key);
          if (kept.key === current) citewire.openConversation(null);
          showKept();
        }),
      );
      return item;
    }),
  );
  document.getElementById("no-conversations").hidden = all.length > 0;
  document.querySelector("#house .whole").hidden = !(current && readKept(current));
};
document.addEventListener("input", (event) => {
  if (event.target.id === "find-conversation") showKept();
});
showKept();
