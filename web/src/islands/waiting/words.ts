// The owner's words: a sentence that opens what lies on this device when the browser was started without network.
import { element, icon } from "../../lib/dom";
import { choosePhrase, hasBox, hasPhrase, openWithPhrase, PHRASE_LEAST } from "../../lib/offline/vault";
import { toast } from "../../lib/toast";
import { number, t } from "../../lib/words";

function field(id: string, label: string, complete: string, hint: string): [HTMLElement, HTMLInputElement] {
  const input = element("input", { class: "input", id, type: "password", autocomplete: complete, required: true, "aria-describedby": `${id}-hint` });
  const said = element("p", { class: "field__hint", id: `${id}-hint` }, hint);
  return [element("div", { class: "field" }, element("label", { class: "field__label", for: id }, label), said, input), input];
}

/** A form that opens what is closed; a word of explanation where nothing was chosen on this device. */
export async function unlockForm(account: number, opened: () => Promise<void>): Promise<HTMLElement> {
  if (!(await hasPhrase(account))) {
    return element("p", { class: "soft" }, t("On this device no words were chosen that open it without network. You can still write: what you save is sealed, and sent later."));
  }
  const [row, input] = field("open-words", t("Your words for this device"), "current-password", t("The sentence that you chose under “To send”."));
  const fault = element("p", { class: "field__error", role: "alert", hidden: true }, icon("circle-alert"), element("span", {}, t("These are not the words. Nothing was opened.")));
  const form = element("form", { class: "card form" }, row, fault, element("div", { class: "form__actions" }, element("button", { class: "button button--main", type: "submit" }, icon("lock"), t("Open with these words"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void openWithPhrase(account, input.value).then(async (isRight) => {
      fault.hidden = isRight;
      if (isRight) await opened();
    });
  });
  return form;
}

/** The part of the page where words are chosen, changed or taken back. */
export async function phraseForm(account: number): Promise<HTMLElement[]> {
  const title = element("h2", { class: "card__title" }, t("When the browser starts without network"));
  const about = element("p", {}, t("What lies on this device opens with your session. Started without network, the browser has none: you can write, but read neither what waits nor your shift. A sentence that only you know opens them."));
  if (!(await hasBox(account))) return [title, about];
  const has = await hasPhrase(account);
  const [row, input] = field("new-words", has ? t("Other words") : t("Your words for this device"), "new-password", t("%(least)s letters at least, not your password: whoever copies the disk of a stolen device can try as often as they like.", { least: number(PHRASE_LEAST) }));
  input.minLength = PHRASE_LEAST;
  const state = element("p", { class: "soft" }, has ? t("Words are chosen on this device.") : t("No words are chosen on this device."));
  const actions = element("div", { class: "form__actions" }, element("button", { class: "button", type: "submit" }, icon("lock"), t("Choose these words")));
  const form = element("form", { class: "form" }, row, actions);
  const again = async (said: string): Promise<void> => {
    toast(said, { tone: "success" });
    form.parentElement?.replaceChildren(...(await phraseForm(account)));
  };
  const failed = (): void => toast(t("Words are chosen with a network, while you are signed in. Nothing was changed."), { tone: "error" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choosePhrase(account, input.value).then(() => again(t("Your words are chosen.")), failed);
  });
  if (has) {
    const none = element("button", { class: "button button--quiet", type: "button" }, icon("trash-2"), t("Without words again"));
    none.addEventListener("click", () => void choosePhrase(account, "").then(() => again(t("The words open nothing any more."))));
    actions.append(none);
  }
  return [title, about, state, form];
}
