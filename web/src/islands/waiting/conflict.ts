// Two people corrected one version: both are shown, field by field, with who wrote what. The writer chooses; what was there stays a version.
import { element, icon } from "../../lib/dom";
import { type Answer, change, drop, type Entry, type Held, tell, type Told } from "../../lib/offline/queue";
import { t } from "../../lib/words";
import { moment } from "./card";

type Side = "mine" | "theirs";

/** The fields of the form that a line of an entry is made of. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  occurred_at: ["when"],
  occurred_to: ["until"],
  place: ["place", "lon_deg", "lat_deg", "accuracy_m", "located_by"],
};

function partsOf(line: string, names: readonly string[]): readonly string[] {
  if (line === "parties") return names.filter((name) => name.startsWith("party_"));
  return PARTS[line] ?? [line.replace(/^fields\./, "field_")];
}

/** Return an entry with some lines as the other wrote them, as a correction of the version that is there now. */
export function merged(entry: Entry, answer: Answer, taken: readonly string[], reason: string): Entry {
  const fields: Record<string, string> = { ...entry.fields };
  const theirs = answer.theirs?.fields ?? {};
  for (const line of taken) {
    for (const name of partsOf(line, [...Object.keys(fields), ...Object.keys(theirs)])) {
      const value = theirs[name] ?? "";
      if (value === "") delete fields[name];
      else fields[name] = value;
    }
  }
  return { ...entry, fields, corrects: { label: answer.label ?? entry.corrects?.label ?? "", seen_version: answer.version ?? 1, reason } };
}

export function conflict(held: Held, answer: Answer): HTMLElement {
  const [mine, theirs] = [answer.mine?.lines ?? [], answer.theirs?.lines ?? []];
  const names = [...new Set([...theirs, ...mine].map(({ name }) => name))];
  const find = (lines: readonly Told[], name: string): Told | undefined => lines.find((line) => line.name === name);
  const rows = names.map((name) => row(held.n, name, find(theirs, name), find(mine, name)));
  const by = answer.theirs?.by ?? "";
  const who = t("%(who)s corrected %(label)s on %(when)s, while you wrote. Nothing was overwritten. Choose for each field, or keep theirs.", { who: by, label: answer.label ?? "", when: moment(answer.theirs?.at ?? held.entry.written_at) });
  const head = element("tr", {}, element("th", { scope: "col" }, t("Field")), element("th", { scope: "col" }, by), element("th", { scope: "col" }, t("You")));
  const table = element("table", { class: "table table--pair" }, element("caption", { class: "visually-hidden" }, t("Both versions, field by field")), element("thead", {}, head), element("tbody", {}, ...rows));
  const reason = element("input", { class: "input", id: `reason-${held.n}`, name: "reason", maxlength: 300, required: true, value: held.entry.corrects?.reason ?? "" });
  const keep = element("button", { type: "button", class: "button" }, icon("check"), t("Keep theirs, drop mine"));
  const form = element(
    "form",
    { class: "form" },
    element("p", {}, who),
    element("div", { class: "table-wrap" }, table),
    element("div", { class: "field" }, element("label", { class: "field__label", for: reason.id }, t("Reason of your correction")), reason),
    element("div", { class: "form__actions" }, element("button", { type: "submit", class: "button button--main" }, icon("send"), t("Send as the next version")), keep),
  );
  keep.addEventListener("click", () => void drop(held.n).then(() => tell({ saved: [] })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(form);
    const taken = names.filter((name) => chosen.get(name) === "theirs");
    void change(held.n, held.account, "waiting", { entry: merged(held.entry, answer, taken, reason.value.trim()) }).then(() => tell({ saved: [] }));
  });
  return form;
}

function row(n: number, name: string, theirs: Told | undefined, mine: Told | undefined): HTMLElement {
  const label = theirs?.label ?? mine?.label ?? name;
  const isSame = theirs?.said === mine?.said;
  const cell = (side: Side, told: Told | undefined): HTMLElement => {
    const said = element("span", { class: "pair__said" }, told?.said ?? "—");
    if (isSame) return element("td", {}, said);
    const choice = element("input", { type: "radio", name, value: side, id: `${n}-${name}-${side}`, checked: side === "mine" });
    return element("td", {}, element("label", { class: "pair__choice", for: choice.id }, choice, said));
  };
  return element("tr", { class: isSame ? undefined : "is-different" }, element("th", { scope: "row" }, label), cell("theirs", theirs), cell("mine", mine));
}
