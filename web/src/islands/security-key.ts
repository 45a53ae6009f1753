// A form answered by a security key: data-island="security-key" data-does="create" (add a key) or "get" (show one).
// The server's question is the JSON block in the form; the key's answer goes into its hidden field "credential".

import { need } from "../lib/dom";
import { t } from "../lib/words";

type Json = Record<string, unknown>;

function bytes(text: unknown): ArrayBuffer {
  const plain = atob(String(text).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer | null | undefined): string | undefined {
  if (buffer === null || buffer === undefined) return undefined;
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the keys that a question names, their identifiers as bytes. */
function named(list: unknown): PublicKeyCredentialDescriptor[] {
  return ((list ?? []) as Json[]).map((one) => ({ ...one, type: "public-key", id: bytes(one["id"]) }));
}

async function create(asked: Json): Promise<Json> {
  const user = asked["user"] as Json;
  const publicKey = {
    ...asked,
    challenge: bytes(asked["challenge"]),
    user: { ...user, id: bytes(user["id"]) },
    excludeCredentials: named(asked["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return answer(made, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
    transports: response.getTransports(),
  });
}

async function get(asked: Json): Promise<Json> {
  const publicKey = {
    ...asked,
    challenge: bytes(asked["challenge"]),
    allowCredentials: named(asked["allowCredentials"]),
  } as unknown as PublicKeyCredentialRequestOptions;
  const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = shown.response as AuthenticatorAssertionResponse;
  return answer(shown, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: text(response.userHandle),
  });
}

function answer(credential: PublicKeyCredential, response: Json): Json {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

function said(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return t("This key is set up already.");
  if (name === "SecurityError") return t("The browser uses keys only with HTTPS and a name, not a number, as address. Use an app instead.");
  return t("The key did not answer, or you stopped it. Try again.");
}

export default function start(host: HTMLElement): void {
  const form = host as HTMLFormElement;
  const question = JSON.parse(need("script[type='application/json']", form).textContent) as Json;
  const wrong = need("[role=alert][hidden], p.field__error", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wrong.hidden = true;
    const asked = (question["creation_options"] ?? question["request_options"]) as Json;
    const work = form.dataset["does"] === "create" ? create : get;
    work(asked["publicKey"] as Json).then(
      (given) => {
        need<HTMLInputElement>("[name=credential]", form).value = JSON.stringify(given);
        form.submit();
      },
      (error: unknown) => {
        wrong.textContent = said(error);
        wrong.hidden = false;
      },
    );
  });
}
