// Seals a text as a device does, with nothing but WebCrypto (RFC 7516, compact
// form), and answers the envelope. It made webcrypto.json; evaluate it in a
// browser with key (a public JWK), header and text set.
(async () => {
  const utf8 = new TextEncoder();
  const b64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const rsa = await crypto.subtle.importKey("jwk", key, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await crypto.subtle.encrypt({ name: "RSA-OAEP" }, rsa, raw);
  const head = b64(utf8.encode(JSON.stringify(header)));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const aes = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const shut = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8.encode(head), tagLength: 128 }, aes, utf8.encode(text)));
  return [head, b64(wrapped), b64(iv), b64(shut.slice(0, -16)), b64(shut.slice(-16))].join(".");
})()
